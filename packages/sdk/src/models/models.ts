// What a model is and how one is found: by id, alias, upstream key, or `jimeng:key/<raw key>`.

import { JimengError } from "../errors.ts";
import { builtInModels, passThroughImage, passThroughVideo } from "./data.ts";
import type { GenerationKind, Region } from "../requests.ts";
import type { SizesByRatio } from "./sizes.ts";

/** Names a way to use a model. */
export type ModelMode =
  | "text_to_image"
  | "image_to_image"
  | "multi_image_sequence"
  | "text_to_video"
  | "first_frame"
  | "first_and_last_frame"
  | "subject_reference"
  | "multi_frame"
  | "omni_reference";

/** Names the upstream's price tag of an act (protocol 8.4); for pictures it is implied, never sent. */
export interface BenefitType {
  default?: string;
  byResolution?: Readonly<Record<string, string>>;
  /** Used when a video is among the references. */
  withVideo?: string;
  /** Used outside cn. */
  international?: string;
}

/** Describes one model; validation, drafts and `/v1/models` derive from it. */
export interface Model {
  /** The public id, e.g. `jimeng-4.0`. */
  id: string;
  aliases: readonly string[];
  /** The site's own name, where the live list told it. */
  name?: string;
  kind: GenerationKind;
  /** The upstream's keys; a missing region does not offer the model. */
  modelKeys: Readonly<Partial<Record<Region, string>>>;
  ratios: readonly string[];
  resolutions: readonly string[];
  defaultResolution: string;
  /** Pixels per resolution and ratio; nominal for video. */
  sizes: Readonly<Record<string, SizesByRatio>>;
  /** Whole seconds; empty for images. */
  durationsSeconds: readonly number[];
  modes: readonly ModelMode[];
  /** How many reference images one request may carry. */
  maxReferences: number;
  /** How many results one start can make. */
  counts: { default: number; options: readonly number[] };
  /** Tells whether the upstream can choose the ratio from the prompt. */
  intelligentRatio: boolean;
  benefitType?: BenefitType;
  /** Credits per start and resolution, only where a real bill was seen. */
  prices?: Readonly<Record<string, number>>;
  /** Tells whether a video draft names its resolution (only 3.0 and 3.0-fast, protocol 7.4 [C]). */
  resolutionFieldSent?: boolean;
  /** Tells whether the site offers the model to members only. */
  membersOnly?: boolean;
  /** The oldest client version that the model's drafts are meant for, where it is newer than usual. */
  minDraftVersion?: string;
  /** Sizes that a region forces on the model. */
  overrides?: Readonly<Partial<Record<Region, SizeOverride>>>;
  /** `retired` for models that the site no longer lists; they may be refused (protocol 8.1). */
  status: "live" | "retired";
  notes: string;
}

/** What a region may force on a model. */
export type SizeOverride = Pick<Model, "ratios" | "resolutions" | "defaultResolution" | "sizes">;

/** Lists every built-in model, images first. */
export const models: readonly Model[] = builtInModels;

/** The models of requests that name none. */
export const defaultModels = { image: "jimeng-4.0", video: "jimeng-video-3.0" } as const;

/** Begins the id of a model that no list knows: the rest is the upstream's raw key. */
export const passThroughPrefix = "jimeng:key/";

/**
 * Finds a model by public id or alias, in any case; undefined when there is none. `jimeng:key/<raw key>` is
 * always found: with the capabilities of the built-in model of that key, else generous ones of the `kind`
 * (default: guessed from the key). `from` replaces the built-in list, e.g. by the live one.
 */
export function findModel(
  idOrAlias: string,
  options: { kind?: GenerationKind; from?: readonly Model[] } = {},
): Model | undefined {
  const name = idOrAlias.trim();
  const list = options.from ?? models;
  if (name.toLowerCase().startsWith(passThroughPrefix)) {
    const listed = list.find((model) => model.id === name);
    return listed ?? passThrough(name.slice(passThroughPrefix.length), options.kind, list);
  }
  const wanted = name.toLowerCase();
  return list.find((model) => model.id === wanted || model.aliases.includes(wanted));
}

const keyPattern = /^[\w.:-]{1,200}$/;

function passThrough(
  key: string,
  kind: GenerationKind | undefined,
  list: readonly Model[],
): Model | undefined {
  if (!keyPattern.test(key)) return undefined;
  const modelKeys = { cn: key, us: key, hk: key, jp: key, sg: key };
  const known = list.find((model) => Object.values(model.modelKeys).includes(key));
  const base =
    known ?? ((kind ?? guessKind(key)) === "video" ? passThroughVideo : passThroughImage);
  return { ...base, id: `${passThroughPrefix}${key}`, aliases: [], modelKeys };
}

function guessKind(key: string): GenerationKind {
  return /video|seedance|veo|sora|vgfm/i.test(key) ? "video" : "image";
}

/** Finds a model by id or alias; throws `model_not_found`. */
export function requireModel(
  idOrAlias: string,
  options: Parameters<typeof findModel>[1] = {},
): Model {
  const model = findModel(idOrAlias, options);
  if (model === undefined) {
    throw new JimengError("model_not_found", `There is no model "${idOrAlias}".`, {
      param: "model",
    });
  }
  return model;
}

/** Finds a model by the upstream's key in a region; an unknown key passes through. */
export function findModelByKey(
  key: string,
  region: Region,
  from: readonly Model[] = models,
): Model | undefined {
  return (
    from.find((model) => model.modelKeys[region] === key) ??
    findModel(`${passThroughPrefix}${key}`, { from })
  );
}

/** Gives a model as a region offers it, forced sizes included. */
export function modelIn(model: Model, region: Region | undefined): Model {
  const override = region === undefined ? undefined : model.overrides?.[region];
  return override === undefined ? model : { ...model, ...override };
}
