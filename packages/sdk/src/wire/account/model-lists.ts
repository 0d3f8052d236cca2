// Reads the upstream's live model lists and merges them into the built-in records.

import * as z from "zod";

import { passThroughPrefix, requireModel } from "../../models/models.ts";
import type { Model } from "../../models/model.ts";
import type { GenerationKind, Region } from "../../operation.ts";
import type { SizesByRatio } from "../../models/sizes.ts";
import { imageRatioCodes } from "../drafts/image.ts";
import { list, number, textOrNull } from "../transport/tolerant.ts";
import type { Call } from "../transport/transport.ts";

/** Builds the call for the picture models (models.md [R]). */
export function imageConfigCall(): Call {
  return { host: "mweb", path: "/mweb/v1/get_common_config", body: {} };
}

/** Builds the call for the video models (models.md [R]). */
export function videoConfigCall(): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/video_generate/get_common_config",
    body: { scene: "generate_video", params: {} },
  };
}

const sizeSchema = z.looseObject({ ratio_type: number, width: number, height: number });

const entrySchema = z.looseObject({
  model_req_key: z.string().min(1),
  model_name: textOrNull,
  generate_count_options: z.array(z.number().int().positive()).nullish().catch(null),
  default_generate_count: number,
  resolution_map: z
    .record(
      z.string(),
      z.looseObject({ image_ratio_sizes: z.array(sizeSchema).nullish().catch(null) }),
    )
    .nullish()
    .catch(null),
  default_resolution_type: textOrNull,
  commercial_config: z
    .looseObject({
      commerce_info_map: z.looseObject({
        basic: z.looseObject({ benefit_type: z.string().min(1) }),
      }),
    })
    .nullish()
    .catch(null),
  input_image_limit: z
    .array(z.looseObject({ max_image_num: number }))
    .nullish()
    .catch(null),
});

type Entry = z.infer<typeof entrySchema>;

const configSchema = z.looseObject({ model_list: list });

function parseEntries(data: unknown): Entry[] {
  const parsed = configSchema.safeParse(data);
  return (parsed.success ? (parsed.data.model_list ?? []) : []).flatMap((value) => {
    const entry = entrySchema.safeParse(value);
    return entry.success ? [entry.data] : [];
  });
}

/**
 * Merges a live list into known models: a listed key updates name, sizes and counts (and adds the region where it was
 * not known to be offered), an unknown key becomes a model `jimeng:key/<key>`.
 */
export function mergeLiveModels(
  known: readonly Model[],
  data: unknown,
  kind: GenerationKind,
  region: Region,
): Model[] {
  const entries = new Map(parseEntries(data).map((entry) => [entry.model_req_key, entry]));
  const merged = known.map((model) => {
    const key = model.kind === kind ? keyFor(model, region, entries) : undefined;
    const entry = key === undefined ? undefined : entries.get(key);
    if (key === undefined || entry === undefined) return model;
    entries.delete(key);
    return applyEntry({ ...model, modelKeys: { ...model.modelKeys, [region]: key } }, entry);
  });
  const unknown = [...entries.values()].map((entry) => {
    const base = requireModel(`${passThroughPrefix}${entry.model_req_key}`, { kind });
    return applyEntry({ ...base, kind, modelKeys: { [region]: entry.model_req_key } }, entry);
  });
  return [...merged, ...unknown];
}

function keyFor(
  model: Model,
  region: Region,
  entries: ReadonlyMap<string, Entry>,
): string | undefined {
  const own = model.modelKeys[region];
  return own ?? Object.values(model.modelKeys).find((key) => entries.has(key));
}

function applyEntry(model: Model, entry: Entry): Model {
  const sizes = toSizes(entry);
  const resolutions = Object.keys(sizes);
  const counts = entry.generate_count_options ?? [];
  const limit = Math.max(
    0,
    ...(entry.input_image_limit ?? []).map(({ max_image_num: count }) => count ?? 0),
  );
  // A record's model_info carries the price tag here (captured); the live list is read the same way.
  const benefit = entry.commercial_config?.commerce_info_map.basic.benefit_type;
  const preferred = entry.default_resolution_type ?? "";
  return {
    ...model,
    // The site's list says what is offered, not that anybody has run it.
    status: model.status === "experimental" ? "experimental" : "live",
    name: entry.model_name || model.name,
    ...(resolutions.length === 0
      ? {}
      : {
          sizes,
          resolutions,
          ratios: [...new Set(Object.values(sizes).flatMap((byRatio) => Object.keys(byRatio)))],
          defaultResolution: resolutions.includes(preferred)
            ? preferred
            : (resolutions[0] ?? model.defaultResolution),
        }),
    ...(counts.length === 0
      ? {}
      : {
          counts: {
            options: counts,
            default: entry.default_generate_count ?? counts[0] ?? model.counts.default,
          },
        }),
    ...(limit > 0 ? { maxReferences: limit } : {}),
    ...(benefit === undefined || model.benefitType !== undefined
      ? {}
      : { benefitType: { default: benefit } }),
  };
}

const ratioByCode = new Map(Object.entries(imageRatioCodes).map(([ratio, code]) => [code, ratio]));

function toSizes(entry: Entry): Record<string, SizesByRatio> {
  const resolutions = Object.entries(entry.resolution_map ?? {}).map(
    ([resolution, { image_ratio_sizes: sizes }]) => {
      const pairs = (sizes ?? []).flatMap((size) => {
        const ratio = ratioByCode.get(size.ratio_type ?? 0);
        const { width, height } = size;
        return ratio === undefined || !width || !height
          ? []
          : [[ratio, { width, height }] as const];
      });
      return [resolution, Object.fromEntries(pairs)] as const;
    },
  );
  return Object.fromEntries(resolutions.filter(([, byRatio]) => Object.keys(byRatio).length > 0));
}
