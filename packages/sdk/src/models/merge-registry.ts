// Merges the live lists of one region into the built-in models.

import type { Region } from "../operation.ts";
import type { LiveList, LiveModel } from "./live-list.ts";
import { modelIn, passThroughPrefix, requireModel } from "./models.ts";
import type { BenefitType, LiveSource, Model, ModelFact, PriceTag } from "./model.ts";
import { nominalSizesOf } from "./sizes.ts";
import type { SizesByRatio } from "./sizes.ts";

/**
 * Merges the lists of one region into the built-in models: a listed model has the facts that its list told, an unknown
 * key becomes a model `jimeng:key/<key>`, and no model is forgotten. One that the site does not list any more is
 * `retired`. Price tags are taken as they are told, never made up.
 */
export function mergeRegistry(
  builtIn: readonly Model[],
  lists: readonly LiveList[],
): readonly Model[] {
  return lists.reduce((models, list) => mergeList(models, list), builtIn);
}

function mergeList(models: readonly Model[], list: LiveList): readonly Model[] {
  const { region, kind } = list;
  const entries = new Map(list.models.map((entry) => [entry.key, entry]));
  const merged = models.map((model) => {
    if (model.kind !== kind) return model;
    const key = keyOf(model, region, entries);
    const entry = key === undefined ? undefined : entries.get(key);
    if (key !== undefined && entry !== undefined) {
      entries.delete(key);
      return applyEntry(offeredIn(model, region, key), entry, list);
    }
    return key !== undefined && list.isComplete ? retire(model, list) : model;
  });
  const unknown = [...entries.values()].map((entry) => {
    const known = requireModel(`${passThroughPrefix}${entry.key}`, { kind, from: [] });
    return applyEntry(
      { ...known, ...unknownModel, modelKeys: { [region]: entry.key } },
      entry,
      list,
    );
  });
  return [...merged, ...unknown];
}

/** What is assumed of a model that only a live list names. */
const unknownModel = {
  status: "experimental",
  // As every captured start of the newer video models has it (generate.md [L]).
  resolutionFieldSent: true,
  amountSent: true,
  notes: "Known from the site's live list only.",
} as const;

/** Returns the model as the region offers it. What a region forces on pictures stands, whatever its list tells. */
function offeredIn(model: Model, region: Region, key: string): Model {
  const modelKeys = { ...model.modelKeys, [region]: key };
  if (model.kind === "image") return { ...model, modelKeys };
  const { [region]: _replaced, ...overrides } = model.overrides ?? {};
  return { ...modelIn(model, region), modelKeys, overrides };
}

/** Returns the key by which the region may list the model: its own, else another region's. */
export function keyOf(
  model: Model,
  region: Region,
  entries: ReadonlyMap<string, LiveModel>,
): string | undefined {
  const own = model.modelKeys[region];
  return own ?? Object.values(model.modelKeys).find((key) => entries.has(key));
}

function retire(model: Model, list: LiveList): Model {
  return { ...model, status: "retired", live: { ...model.live, status: sourceOf(list) } };
}

function sourceOf({ region, readAt }: LiveList): LiveSource {
  return { region, readAt };
}

function applyEntry(model: Model, entry: LiveModel, list: LiveList): Model {
  const told: Partial<Record<ModelFact, Partial<Model>>> = {
    status: { status: statusOf(model, entry) },
    name: entry.name === undefined ? undefined : { name: entry.name },
    resolutions: model.kind === "image" ? imageSizes(model, entry) : videoSizes(model, entry),
    durations: durations(model, entry),
    modes: modes(model, entry),
    counts: entry.counts === undefined ? undefined : { counts: entry.counts },
    references: references(entry),
    benefits: benefits(model, entry, list.region),
  };
  const facts = (Object.keys(told) as ModelFact[]).filter((fact) => told[fact] !== undefined);
  const source = sourceOf(list);
  const changes = Object.values(told).filter((change) => change !== undefined);
  return {
    ...changes.reduce<Model>((changed, change) => ({ ...changed, ...change }), model),
    live: {
      ...model.live,
      ...Object.fromEntries(facts.map((fact) => [fact, source])),
      ...(entry.ratios === undefined || told.resolutions === undefined ? {} : { ratios: source }),
    },
  };
}

/** A list tells what is offered, not that anybody has run it. */
function statusOf(model: Model, entry: LiveModel): Model["status"] {
  if (!entry.isOnline) return "retired";
  return model.status === "experimental" ? "experimental" : "live";
}

function imageSizes(model: Model, entry: LiveModel): Partial<Model> | undefined {
  const { sizes } = entry;
  return sizes === undefined
    ? undefined
    : offering(model, entry, sizes, Object.values(sizes).flatMap(Object.keys));
}

/** The pixels of videos are nominal: the upstream decides them, only names are sent. */
function videoSizes(model: Model, entry: LiveModel): Partial<Model> | undefined {
  if (entry.resolutions === undefined && entry.ratios === undefined) return undefined;
  const ratios = entry.ratios ?? model.ratios;
  const sizes = (entry.resolutions ?? model.resolutions).flatMap((resolution) => {
    const byRatio = nominalSizesOf(resolution, ratios);
    return byRatio === undefined ? [] : [[resolution, byRatio] as const];
  });
  if (sizes.length === 0) return undefined;
  const resolutionNames = { ...model.resolutionNames, ...entry.resolutionNames };
  return { ...offering(model, entry, Object.fromEntries(sizes), ratios), resolutionNames };
}

function offering(
  model: Model,
  { defaultResolution }: LiveModel,
  sizes: Readonly<Record<string, SizesByRatio>>,
  ratios: readonly string[],
): Partial<Model> {
  const resolutions = Object.keys(sizes);
  const preferred = [defaultResolution, model.defaultResolution].find(
    (resolution) => resolution !== undefined && resolutions.includes(resolution),
  );
  return {
    sizes,
    resolutions,
    ratios: [...new Set(ratios)],
    defaultResolution: preferred ?? resolutions[0] ?? model.defaultResolution,
  };
}

/**
 * Whether a list names each duration or only some steps between its ends is not known (common-config.md), so what is
 * known to work between the ends stays.
 */
function durations(model: Model, { durationsSeconds }: LiveModel): Partial<Model> | undefined {
  if (durationsSeconds === undefined) return undefined;
  const min = Math.min(...durationsSeconds);
  const max = Math.max(...durationsSeconds);
  const between = model.durationsSeconds.filter((seconds) => seconds >= min && seconds <= max);
  const all = [...new Set([...between, ...durationsSeconds])];
  return { durationsSeconds: all.toSorted((one, other) => one - other) };
}

/** The list has no word for subject reference, so nothing is concluded from its absence. */
function modes(model: Model, { modes: listed }: LiveModel): Partial<Model> | undefined {
  if (listed === undefined) return undefined;
  const unlisted = model.modes.filter((mode) => mode === "subject_reference");
  return { modes: [...listed, ...unlisted] };
}

function references({ maxReferences, referenceLimits }: LiveModel): Partial<Model> | undefined {
  if (referenceLimits !== undefined) {
    return { referenceLimits, maxReferences: referenceLimits.images };
  }
  return maxReferences === undefined || maxReferences === 0 ? undefined : { maxReferences };
}

/** Words in the tag of a start without an input video, for models that have one for it (generate.md [L]). */
const withoutVideo = /_no_input_video_/;

/**
 * Puts the live tags before the built-in ones. Where a model has one tag for starts with an input video and one for
 * starts without, the list may name either: the tag's own words tell which it is.
 */
function benefits(model: Model, entry: LiveModel, region: Region): Partial<Model> | undefined {
  const { benefit, benefits: tags = [] } = entry;
  if (benefit === undefined && tags.length === 0) return undefined;
  const known = tagsIn(model.benefitType, region);
  const isSplit = hasTagWithoutVideo(known);
  const isForVideo = (tag: string): boolean => isSplit && !withoutVideo.test(tag);
  const usual = toRecord(tags.filter(({ tag }) => !isForVideo(tag)));
  const forVideo = toRecord(tags.filter(({ tag }) => isForVideo(tag)));
  const merged: BenefitType = {
    default: benefit === undefined || isForVideo(benefit) ? known.default : benefit,
    byResolution: { ...known.byResolution, ...usual },
    withVideo: isSplit
      ? { ...perResolution(known.withVideo, model), ...forVideo }
      : known.withVideo,
  };
  return { benefitType: merged };
}

/** Returns the built-in tags of a region, without any that belong to other regions. */
export function tagsIn(benefitType: BenefitType | undefined, region: Region): BenefitType {
  const abroad = region === "cn" ? undefined : benefitType?.international;
  if (abroad === undefined) return { ...benefitType, international: undefined };
  return typeof abroad === "string" ? { default: abroad } : { byResolution: abroad };
}

function hasTagWithoutVideo({ default: usual, byResolution = {} }: BenefitType): boolean {
  return [usual ?? "", ...Object.values(byResolution)].some((tag) => withoutVideo.test(tag));
}

function perResolution(tag: PriceTag | undefined, model: Model): Readonly<Record<string, string>> {
  if (typeof tag !== "string") return tag ?? {};
  return Object.fromEntries(model.resolutions.map((resolution) => [resolution, tag]));
}

/** Returns the tag of each resolution; a resolution with two different ones has none that could be taken. */
function toRecord(tags: NonNullable<LiveModel["benefits"]>): Record<string, string> {
  const clear = tags.filter(({ resolution, tag }) =>
    tags.every((other) => other.resolution !== resolution || other.tag === tag),
  );
  return Object.fromEntries(clear.map(({ resolution, tag }) => [resolution, tag]));
}
