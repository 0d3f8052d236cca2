// The types of a model record.

import type { ModelKind, Region } from "../operation.ts";
import type { SizesByRatio } from "./sizes.ts";

/** One way to use a model. */
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

/** One price tag, or one per resolution. */
export type PriceTag = string | Readonly<Record<string, string>>;

/** The upstream's price tags of a model (generate.md); for pictures they are implied and never sent. */
export interface BenefitType {
  default?: string;
  byResolution?: Readonly<Record<string, string>>;
  /** The tag when a video is among the references. */
  withVideo?: PriceTag;
  /** The tag outside cn. */
  international?: PriceTag;
}

/** Limits of the materials of one omni reference (models.md). */
export interface ReferenceLimits {
  total: number;
  images: number;
  videos: number;
  audios: number;
  /** Seconds of all videos together; no limit is known where it is missing. */
  videoSeconds?: number;
  /** Seconds of all sounds together; no limit is known where it is missing. */
  audioSeconds?: number;
  /** Seconds of each video and sound; no limit is known where it is missing. */
  eachSeconds?: { min: number; max: number };
}

/** A fact of a model that a live list may tell. */
export type ModelFact =
  | "name"
  | "status"
  | "resolutions"
  | "ratios"
  | "durations"
  | "modes"
  | "counts"
  | "references"
  | "promptLength"
  | "benefits";

/** The live list that told a fact. */
export interface LiveSource {
  region: Region;
  /** When the list was read, in Unix milliseconds. */
  readAt: number;
}

/** One model; validation, drafts and `/v1/models` derive from it. */
export interface Model {
  /** The public id, e.g. `jimeng-4.0`. */
  id: string;
  aliases: readonly string[];
  /** The site's own name, where the live list told it. */
  name?: string;
  kind: ModelKind;
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
  /** Maximum number of reference images in one request. */
  maxReferences: number;
  /** Limits of an omni reference; missing where the model takes none. */
  referenceLimits?: ReferenceLimits;
  /** Maximum length of a prompt in characters, where the site tells one. */
  maxPromptLength?: number;
  /** Numbers of results that one start can make. */
  counts: { default: number; options: readonly number[] };
  /** Whether the upstream can choose the ratio from the prompt. */
  intelligentRatio: boolean;
  benefitType?: BenefitType;
  /** Credits per start and resolution, only where a real bill was seen. */
  prices?: Readonly<Record<string, number>>;
  /** Whether a video draft always names its resolution (generate.md); one other than the default is named anyway. */
  resolutionFieldSent?: boolean;
  /** The site's spelling of a resolution where it differs from ours, e.g. `2K`. */
  resolutionNames?: Readonly<Record<string, string>>;
  /** Whether the price tag carries the seconds of the start (`amount`, generate.md [L]). */
  amountSent?: boolean;
  /** Features that a reader of the draft must know (`min_features`). */
  minFeatures?: readonly string[];
  /** Whether the model makes samples (样片), the cheap look of Seedance 2.5. */
  makesSamples?: boolean;
  /** Whether the site offers the model to members only. */
  membersOnly?: boolean;
  /** The oldest client version that the model's drafts are meant for, where it is newer than usual. */
  minDraftVersion?: string;
  /** Sizes that a region forces on the model. */
  overrides?: Readonly<Partial<Record<Region, SizeOverride>>>;
  /**
   * `retired` for models that the site no longer lists and may refuse, `experimental` for listed ones that nobody has
   * recorded a run of (models.md).
   */
  status: "live" | "retired" | "experimental";
  notes: string;
  /** The facts that a live list told; all others are built in. */
  live?: Readonly<Partial<Record<ModelFact, LiveSource>>>;
}

/** Sizes that a region may force on a model. */
export type SizeOverride = Pick<Model, "ratios" | "resolutions" | "defaultResolution" | "sizes">;
