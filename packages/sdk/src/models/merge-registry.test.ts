// Tests how live lists change the built-in models, and that no list, however damaged, breaks them or makes up a price.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ModelKind, Region } from "../operation.ts";
import { fixture } from "../testing/client.ts";
import type { Loose } from "../testing/client.ts";
import { parseCommonConfig } from "../wire/account/common-config.ts";
import { parseLiveLists } from "./live-list.ts";
import type { LiveList } from "./live-list.ts";
import { compareRegistry } from "./compare-registry.ts";
import { mergeRegistry } from "./merge-registry.ts";
import { models } from "./models.ts";
import type { Model } from "./model.ts";

const readAt = Date.parse("2026-11-28T12:00:00Z");
const dataOf = (kind: ModelKind): Loose =>
  structuredClone(fixture(`common_config_${kind}`).body.data);

function listOf(data: unknown, kind: ModelKind, region: Region = "cn"): LiveList {
  return { region, kind, readAt, ...parseCommonConfig(data, kind) };
}

function merged(data: unknown, kind: ModelKind, region: Region = "cn"): readonly Model[] {
  return mergeRegistry(models, [listOf(data, kind, region)]);
}

const find = (list: readonly Model[], id: string): Model => list.find((model) => model.id === id)!;

const optionOf = (entry: Loose, key: string): Loose =>
  entry.options.find((option: Loose) => option.key === key);

describe("the merged registry", () => {
  test("has of a listed model what the list tells, and knows which facts that are", () => {
    const model = find(merged(dataOf("video"), "video"), "jimeng-video-seedance-2.5");
    expect(model).toMatchObject({
      name: "Seedance 2.5",
      status: "live",
      resolutions: ["480p", "720p", "1080p"],
      maxReferences: 30,
      referenceLimits: { total: 50, images: 30, videos: 10, audios: 10, videoSeconds: 30.2 },
    });
    expect(Object.keys(model.live!).toSorted()).toEqual([
      "benefits",
      "durations",
      "modes",
      "name",
      "ratios",
      "references",
      "resolutions",
      "status",
    ]);
    expect(model.live!.benefits).toEqual({ region: "cn", readAt });
    expect(find(merged(dataOf("video"), "video"), "jimeng-4.0").live).toBeUndefined();
  });

  test("keeps the seconds that are known to work between the first and the last that is listed", () => {
    const data = dataOf("video");
    const { durationsSeconds } = find(merged(data, "video"), "jimeng-video-seedance-2.5");
    expect(durationsSeconds).toHaveLength(27);
    optionOf(data.model_list[0], "frames").enum_val.int_value = [240, 768];
    const longer = find(merged(data, "video"), "jimeng-video-seedance-2.5").durationsSeconds;
    expect([longer.at(0), longer.at(-2), longer.at(-1)]).toEqual([10, 30, 32]);
  });

  test("concludes nothing from an option that the page hides", () => {
    const data = dataOf("video");
    for (const option of data.model_list[0].options) option.forbidden_display = true;
    const model = find(merged(data, "video"), "jimeng-video-seedance-2.5");
    const { durationsSeconds, modes, resolutions } = find(models, "jimeng-video-seedance-2.5");
    expect(model).toMatchObject({ durationsSeconds, modes, resolutions });
    expect(Object.keys(model.live!).toSorted()).toEqual(["benefits", "name", "status"]);
  });

  test("has of a model with two tags the live one in its place, told by the tag's own words", () => {
    const data = dataOf("video");
    const prices = data.model_list[0].commercial_config.resolution_price_configs;
    prices[1].price.benefit_type = "seedance_25_new_720p_output";
    const { benefitType } = find(merged(data, "video"), "jimeng-video-seedance-2.5");
    expect(benefitType).toMatchObject({
      byResolution: { "720p": "seedance_25_720p_no_input_video_output" },
      withVideo: { "480p": "seedance_25_480p_output", "720p": "seedance_25_new_720p_output" },
    });
    prices[1].price.benefit_type = "seedance_25_new_720p_no_input_video_output";
    expect(find(merged(data, "video"), "jimeng-video-seedance-2.5").benefitType).toMatchObject({
      byResolution: { "720p": "seedance_25_new_720p_no_input_video_output" },
      withVideo: { "720p": "seedance_25_720p_output" },
    });
  });

  test("lets no tag of another region stand before the live one", () => {
    const data = dataOf("video");
    const [entry] = data.model_list;
    entry.model_req_key = "dreamina_seedance_40_pro";
    entry.commercial_config.resolution_price_configs[1].price.benefit_type =
      "seedance_20_pro_720p_new";
    const abroad = find(merged(data, "video", "us"), "jimeng-video-seedance-2.0").benefitType!;
    expect(abroad.international).toBeUndefined();
    expect(abroad.byResolution).toMatchObject({
      "720p": "seedance_20_pro_720p_new",
      "4k": "seedance_20_pro_4k_output",
    });
    const atHome = find(merged(data, "video"), "jimeng-video-seedance-2.0").benefitType!;
    expect(atHome).toMatchObject({
      withVideo: "dreamina_video_seedance_20_video_add",
      byResolution: { "720p": "seedance_20_pro_720p_new" },
    });
  });

  test("takes no tag of a resolution that has two different ones", () => {
    const data = dataOf("video");
    const prices = data.model_list[2].commercial_config.resolution_price_configs;
    prices.push({ resolution: "720P", price: { benefit_type: "another_tag" } });
    expect(find(merged(data, "video"), "jimeng-video-seedance-2.0-mini").benefitType).toEqual(
      expect.objectContaining({ default: "seedance_20_mini_720p_output", byResolution: {} }),
    );
  });

  test("calls a model retired that a whole list lacks or marks as not online, and none for a list in part", () => {
    const data = dataOf("video");
    data.model_list[2].model_status = 1;
    const whole = merged(data, "video");
    expect(find(whole, "jimeng-video-3.0").status).toBe("retired");
    expect(find(whole, "jimeng-video-seedance-2.0-mini").status).toBe("retired");
    expect(find(whole, "jimeng-4.0").status).toBe("live");
    data.model_list.push({ model_name: "no key" });
    expect(find(merged(data, "video"), "jimeng-video-3.0").status).toBe("live");
    expect(find(merged({ model_list: [] }, "video"), "jimeng-video-3.0").status).toBe("live");
  });

  test("knows an unknown model by what its entry tells, and no resolution of another form", () => {
    const data = dataOf("video");
    const [entry] = data.model_list;
    entry.model_req_key = "dreamina_wan_40";
    optionOf(entry, "resolution").enum_val.string_value = ["768P", "2K", "__proto__", "8k", "720"];
    expect(find(merged(data, "video"), "jimeng:key/dreamina_wan_40")).toMatchObject({
      status: "experimental",
      resolutions: ["768p", "2k"],
      resolutionNames: { "768p": "768P", "2k": "2K" },
      modelKeys: { cn: "dreamina_wan_40" },
    });
  });
});

describe("the comparison with the built-in table", () => {
  test("names each model that appeared, went, or changed a tag", () => {
    const data = dataOf("video");
    data.model_list[2].model_req_key = "dreamina_seedance_50";
    data.model_list[0].commercial_config.resolution_price_configs[0].price.benefit_type = "new_tag";
    const changes = compareRegistry(models, [listOf(data, "video")]);
    const plain = { resolution: null, builtIn: null, live: null, region: "cn" };
    expect(changes).toContainEqual({
      ...plain,
      change: "appeared",
      model: "jimeng:key/dreamina_seedance_50",
      modelKey: "dreamina_seedance_50",
    });
    expect(changes).toContainEqual({
      ...plain,
      change: "gone",
      model: "jimeng-video-seedance-2.0-mini",
      modelKey: "dreamina_seedance_40_mini",
    });
    expect(changes.filter(({ change }) => change === "benefit_changed")).toEqual([
      {
        change: "benefit_changed",
        region: "cn",
        model: "jimeng-video-seedance-2.5",
        modelKey: "dreamina_seedance_45_pro",
        resolution: "480p",
        builtIn: "seedance_25_480p_no_input_video_output",
        live: "new_tag",
      },
    ]);
  });

  test("finds nothing new in what the table says already", () => {
    const data = dataOf("video");
    data.model_list.push({ model_name: "no key" });
    expect(compareRegistry(models, [listOf(data, "video")])).toEqual([]);
  });
});

// What a stranger might put in the place of anything.
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    "0",
    -1,
    0.5,
    Number.MAX_SAFE_INTEGER,
    1e308,
    "__proto__",
    "constructor",
    "\u202e\u0000x",
    [],
    {},
    [[]],
  ),
  fc.string(),
  fc.double(),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant("x".repeat(5000)),
  fc.constant(Array.from({ length: 1200 }, (_, index) => index)),
);

/** Lists the paths of everything inside a value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function change(root: Loose, path: string[], how: number, odd: unknown): Loose {
  const holder = { root };
  const full = ["root", ...path];
  const parent = full.slice(0, -1).reduce<Loose>((at, key) => at?.[key], holder);
  const last = full.at(-1)!;
  if (typeof parent !== "object" || parent === null) return holder.root;
  if (how === 0) delete parent[last];
  else if (how === 1 && Array.isArray(parent)) parent.push(structuredClone(parent[Number(last)]));
  // A copy: the same array put into itself would have no end.
  else parent[last] = structuredClone(odd);
  return holder.root;
}

/** Lists the tags that an entry names anywhere under its prices. */
function tagsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "benefit_type" && typeof inner === "string" ? [inner] : tagsIn(inner),
  );
}

function tagsOf({ benefitType = {} }: Model): string[] {
  const { default: usual, byResolution, withVideo, international } = benefitType;
  return [usual, byResolution, withVideo, international].flatMap((tag) =>
    tag === undefined ? [] : typeof tag === "string" ? [tag] : Object.values(tag),
  );
}

/** Lists what is wrong with a model that a list changed: it cannot be prepared, or has a price that nobody told. */
function problemsOf(model: Model, told: readonly Loose[]): string[] {
  const known = models.find(({ id }) => id === model.id);
  const ofEntry = told
    .filter((entry) => Object.values(model.modelKeys).includes(entry?.model_req_key))
    .flatMap((entry) => tagsIn(entry.commercial_config));
  const allowed = new Set([...(known === undefined ? [] : tagsOf(known)), ...ofEntry]);
  const { resolutions, sizes, counts, durationsSeconds } = model;
  const areas = resolutions.flatMap((name) =>
    Object.values(sizes[name] ?? {}).map(({ width, height }) => width * height),
  );
  const isRight = {
    tags: tagsOf(model).every((tag) => allowed.has(tag)),
    prices: model.prices === known?.prices,
    default: resolutions.includes(model.defaultResolution),
    counts: counts.options.includes(counts.default) && counts.options.every(Number.isInteger),
    ratios: model.ratios.length > 0,
    modes: model.modes.length > 0,
    sizes: areas.length > 0 && areas.every((area) => area > 0 && area < 1e9),
    durations:
      model.kind === "image" ||
      (durationsSeconds.length > 0 && durationsSeconds.every(Number.isInteger)),
  };
  return Object.entries(isRight).flatMap(([what, right]) =>
    right ? [] : [`${model.id}: ${what}`],
  );
}

const builtInIds = models.map(({ id }) => id);

const mutation = fc.record({
  kind: fc.constantFrom<ModelKind>("image", "video"),
  region: fc.constantFrom<Region>("cn", "us", "sg"),
  steps: fc.array(fc.record({ at: fc.nat(), how: fc.nat({ max: 3 }), odd: oddValue }), {
    minLength: 1,
    maxLength: 6,
  }),
});

describe("a damaged or hostile list", () => {
  test(
    "never throws, never makes up a price, and leaves a registry that works",
    { timeout: 120_000 },
    () => {
      const samples = { image: dataOf("image"), video: dataOf("video") };
      fc.assert(
        fc.property(mutation, ({ kind, region, steps }) => {
          let data = structuredClone(samples[kind]);
          for (const { at, how, odd } of steps) {
            const paths = pathsOf(data);
            data = change(data, paths[at % paths.length]!, how, odd);
          }
          const list = listOf(data, kind, region);
          const registry = mergeRegistry(models, [list]);
          const told = Array.isArray(data?.model_list) ? (data.model_list as Loose[]) : [];
          const changed = registry.filter((model) => !models.includes(model));
          expect(changed.flatMap((model) => problemsOf(model, told))).toEqual([]);
          expect(registry.slice(0, models.length).map(({ id }) => id)).toEqual(builtInIds);
          compareRegistry(models, [list]);
          // What is stored is read again as it was.
          expect(parseLiveLists(JSON.stringify([list]))).toEqual([
            JSON.parse(JSON.stringify(list)),
          ]);
        }),
        { numRuns: 5000 },
      );
    },
  );

  test("is read up to a bound", () => {
    const [entry] = dataOf("video").model_list;
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      ...entry,
      model_req_key: `key_${index}`,
    }));
    const list = listOf({ model_list: many }, "video");
    expect([list.models.length, list.isComplete]).toEqual([200, false]);
  });

  test.each(["", "{", "null", "{}", "[1]", '[{"region":"cn"}]', "[[]]"])(
    "is not taken from the store when it reads %j",
    (text) => {
      expect(parseLiveLists(text)).toBeUndefined();
    },
  );
});
