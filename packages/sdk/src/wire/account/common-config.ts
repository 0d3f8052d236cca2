// Reads the upstream's live lists of models: what is readable and within bounds becomes facts, the rest is left out.

import * as z from "zod";

import { boundedInteger } from "../../bounds.ts";
import {
  benefitPattern,
  liveModelSchema,
  maxLiveModels,
  maxLiveSide,
  maxLiveValues,
  resolutionPattern,
} from "../../models/live-list.ts";
import type { LiveList, LiveModel } from "../../models/live-list.ts";
import type { ModelKind } from "../../operation.ts";
import type { SizesByRatio } from "../../models/sizes.ts";
import { imageRatioCodes } from "../drafts/image.ts";
import { flag, list, number, textOrNull } from "../transport/tolerant.ts";
import type { Call } from "../transport/transport.ts";

/** A list with all its icons and names has a few hundred kilobytes. */
const maxConfigBytes = 4 * 1024 * 1024;

/** Builds the call for the picture models (common-config.md [L]). */
export function imageConfigCall(): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/get_common_config",
    body: {},
    maxBodyBytes: maxConfigBytes,
  };
}

/** Builds the call for the video models (common-config.md [L]). */
export function videoConfigCall(): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/video_generate/get_common_config",
    body: { scene: "generate_video", params: { needCache: true } },
    maxBodyBytes: maxConfigBytes,
  };
}

const configSchema = z.looseObject({ model_list: list });

/** Reads one list. Never throws: what cannot be read is left out, and the list then counts as incomplete. */
export function parseCommonConfig(
  data: unknown,
  kind: ModelKind,
): Pick<LiveList, "models" | "isComplete"> {
  const parsed = configSchema.safeParse(data);
  const entries = parsed.success ? (parsed.data.model_list ?? []) : [];
  const models = new Map<string, LiveModel>();
  for (const value of entries.slice(0, maxLiveModels)) {
    const model = kind === "image" ? parseImageModel(value) : parseVideoModel(value);
    if (model !== undefined && !models.has(model.key)) models.set(model.key, model);
  }
  const isComplete = models.size > 0 && models.size === entries.length;
  return { models: [...models.values()], isComplete };
}

const tag = z.looseObject({ benefit_type: z.string() }).nullish().catch(null);
const priceSchema = z.looseObject({
  resolution: z.string(),
  price: z.looseObject({ benefit_type: z.string() }),
});

const commonFields = {
  model_req_key: z.string(),
  model_name: textOrNull,
  model_status: number,
  commercial_config: z
    .looseObject({
      default: tag,
      resolution_price_configs: list,
      image_model_commerce_config: z
        .looseObject({ base: z.looseObject({ default: tag }).nullish().catch(null) })
        .nullish()
        .catch(null),
      // A record's model_info carries the tag here (captured); the live list is read the same way.
      commerce_info_map: z.looseObject({ basic: tag }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
};

const imageSchema = z.looseObject({
  ...commonFields,
  generate_count_options: list,
  default_generate_count: number,
  resolution_map: z.record(z.string(), z.unknown()).nullish().catch(null),
  default_resolution_type: textOrNull,
  input_image_limit: list,
});

const videoSchema = z.looseObject({ ...commonFields, options: list });

const online = 0;

function parseImageModel(value: unknown): LiveModel | undefined {
  const parsed = imageSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const entry = parsed.data;
  const sizes = toSizes(entry.resolution_map);
  const resolutions = Object.keys(sizes);
  const options = toIntegers(entry.generate_count_options);
  const preferred = entry.default_generate_count;
  const limits = (entry.input_image_limit ?? []).slice(0, maxLiveValues).flatMap((limit) => {
    const count = boundedInteger(limitSchema.safeParse(limit).data?.max_image_num);
    return count === null ? [] : [count];
  });
  return checked({
    ...toCommonFacts(entry),
    ...(resolutions.length === 0
      ? {}
      : { sizes, resolutions, ratios: unique(Object.values(sizes).flatMap(Object.keys)) }),
    defaultResolution: entry.default_resolution_type?.toLowerCase(),
    counts: {
      options,
      default: preferred !== null && options.includes(preferred) ? preferred : options[0],
    },
    maxReferences: limits.length === 0 ? undefined : Math.max(...limits),
  });
}

const limitSchema = z.looseObject({ max_image_num: number });
const sizeSchema = z.looseObject({ ratio_type: number, width: number, height: number });
const resolutionSchema = z.looseObject({ image_ratio_sizes: list });
const ratioByCode = new Map(Object.entries(imageRatioCodes).map(([ratio, code]) => [code, ratio]));

function toSizes(map: Readonly<Record<string, unknown>> | null | undefined): {
  [resolution: string]: SizesByRatio;
} {
  const resolutions = Object.entries(map ?? {}).flatMap(([name, value]) => {
    const resolution = name.toLowerCase();
    const sizes = resolutionSchema.safeParse(value).data?.image_ratio_sizes ?? [];
    const pairs = sizes.slice(0, maxLiveValues).flatMap((each) => {
      const size = sizeSchema.safeParse(each).data;
      const ratio = ratioByCode.get(size?.ratio_type ?? 0);
      const width = boundedInteger(size?.width, maxLiveSide);
      const height = boundedInteger(size?.height, maxLiveSide);
      return ratio === undefined || !width || !height ? [] : [[ratio, { width, height }] as const];
    });
    return resolutionPattern.test(resolution) && pairs.length > 0
      ? [[resolution, Object.fromEntries(pairs)] as const]
      : [];
  });
  return Object.fromEntries(resolutions);
}

const framesPerSecond = 24;

const modeByMedium = new Map([
  ["prompt", "text_to_video"],
  ["first_frame", "first_frame"],
  ["end_frame", "first_and_last_frame"],
  ["multi_frame", "multi_frame"],
  ["unified_edit", "omni_reference"],
]);

function parseVideoModel(value: unknown): LiveModel | undefined {
  const parsed = videoSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const options = toOptions(parsed.data.options);
  const names = toTexts(options.get("resolution")).filter((name) =>
    resolutionPattern.test(name.toLowerCase()),
  );
  const preferred = options.get("resolution")?.enum_val?.default_val_idx ?? 0;
  const frames = toIntegers(options.get("frames")?.enum_val?.int_value);
  return checked({
    ...toCommonFacts(parsed.data),
    resolutions: unique(names.map((name) => name.toLowerCase())),
    resolutionNames: toSpellings(names),
    defaultResolution: toTexts(options.get("resolution"))[preferred]?.toLowerCase(),
    ratios: unique(toTexts(options.get("video_aspect_ratio"))),
    durationsSeconds: unique(frames.map((count) => Math.round(count / framesPerSecond))),
    modes: unique(
      toTexts(options.get("input_media_type")).flatMap((name) => modeByMedium.get(name) ?? []),
    ),
    referenceLimits: toReferenceLimits(options.get("unified_edit")?.unified_edit_val),
  });
}

const optionSchema = z.looseObject({
  key: z.string(),
  forbidden_display: flag,
  enum_val: z
    .looseObject({ string_value: list, int_value: list, default_val_idx: number })
    .nullish()
    .catch(null),
  unified_edit_val: z
    .looseObject({
      max_resource_count: number,
      max_image_count: number,
      max_video_count: number,
      max_audio_count: number,
      max_total_video_duration: number,
      max_total_audio_duration: number,
    })
    .nullish()
    .catch(null),
});

type Option = z.infer<typeof optionSchema>;

/** Returns the options by key; one that the site's page does not offer says nothing. */
function toOptions(values: readonly unknown[] | null | undefined): ReadonlyMap<string, Option> {
  const options = new Map<string, Option>();
  for (const value of (values ?? []).slice(0, maxLiveValues)) {
    const option = optionSchema.safeParse(value).data;
    if (option === undefined || option.forbidden_display === true) continue;
    if (!options.has(option.key)) options.set(option.key, option);
  }
  return options;
}

function toReferenceLimits(value: Option["unified_edit_val"]): LiveModel["referenceLimits"] {
  const total = boundedInteger(value?.max_resource_count);
  const images = boundedInteger(value?.max_image_count);
  const videos = boundedInteger(value?.max_video_count);
  const audios = boundedInteger(value?.max_audio_count);
  if (total === null || images === null || videos === null || audios === null) return undefined;
  return {
    total,
    images,
    videos,
    audios,
    videoSeconds: value?.max_total_video_duration ?? undefined,
    audioSeconds: value?.max_total_audio_duration ?? undefined,
  };
}

type CommonEntry = z.infer<z.ZodObject<typeof commonFields>>;

function toCommonFacts(entry: CommonEntry): Record<string, unknown> {
  const config = entry.commercial_config;
  const prices = (config?.resolution_price_configs ?? []).slice(0, maxLiveValues);
  const benefits = prices.flatMap((value) => {
    const { data } = priceSchema.safeParse(value);
    const resolution = data?.resolution.toLowerCase() ?? "";
    const price = data?.price.benefit_type ?? "";
    return resolutionPattern.test(resolution) && benefitPattern.test(price)
      ? [{ resolution, tag: price }]
      : [];
  });
  return {
    key: entry.model_req_key,
    name: entry.model_name ? printable(entry.model_name) : undefined,
    isOnline: entry.model_status === null || entry.model_status === online,
    benefit:
      config?.default?.benefit_type ??
      config?.image_model_commerce_config?.base?.default?.benefit_type ??
      config?.commerce_info_map?.basic?.benefit_type,
    benefits,
  };
}

function toSpellings(names: readonly string[]): Record<string, string> | undefined {
  const spelled = names.filter((name) => name !== name.toLowerCase());
  return spelled.length === 0
    ? undefined
    : Object.fromEntries(spelled.map((name) => [name.toLowerCase(), name]));
}

/**
 * Returns the facts that are within bounds. A fact that is not is left out, so that one odd value does not hide the
 * model; undefined when the key itself is not one.
 */
function checked(candidate: Record<string, unknown>): LiveModel | undefined {
  const facts = Object.entries(liveModelSchema.shape).flatMap(([name, schema]) => {
    const fact = schema.safeParse(candidate[name]);
    return fact.success && fact.data !== undefined ? [[name, fact.data] as const] : [];
  });
  return liveModelSchema.safeParse(Object.fromEntries(facts)).data;
}

const maxNameLength = 100;

/** Removes control characters and line ends: names are shown in terminals and logs. */
function printable(name: string): string {
  return name
    .slice(0, maxNameLength)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "")
    .trim();
}

function toTexts(option: Option | undefined): string[] {
  const values = option?.enum_val?.string_value ?? [];
  return values
    .slice(0, maxLiveValues)
    .filter((value): value is string => typeof value === "string");
}

function toIntegers(values: readonly unknown[] | null | undefined): number[] {
  const integers = (values ?? []).slice(0, maxLiveValues).flatMap((value) => {
    const integer = boundedInteger(number.safeParse(value).data);
    return integer === null || integer === 0 ? [] : [integer];
  });
  return unique(integers).toSorted((one, other) => one - other);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
