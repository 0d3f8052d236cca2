// The types of a model record.

import type { GenerationKind, Region } from "../operation.ts";
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

/** The upstream's price tag of a generation (models.md); for pictures it is implied and never sent. */
export interface BenefitType {
  default?: string;
  byResolution?: Readonly<Record<string, string>>;
  /** The tag when a video is among the references. */
  withVideo?: string;
  /** The tag outside cn. */
  international?: string;
}

/** One model; validation, drafts and `/v1/models` derive from it. */
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
  /** Maximum number of reference images in one request. */
  maxReferences: number;
  /** Numbers of results that one start can make. */
  counts: { default: number; options: readonly number[] };
  /** Whether the upstream can choose the ratio from the prompt. */
  intelligentRatio: boolean;
  benefitType?: BenefitType;
  /** Credits per start and resolution, only where a real bill was seen. */
  prices?: Readonly<Record<string, number>>;
  /** Whether a video draft names its resolution (only 3.0 and 3.0-fast, generate.md [C]). */
  resolutionFieldSent?: boolean;
  /** Whether the site offers the model to members only. */
  membersOnly?: boolean;
  /** The oldest client version that the model's drafts are meant for, where it is newer than usual. */
  minDraftVersion?: string;
  /** Sizes that a region forces on the model. */
  overrides?: Readonly<Partial<Record<Region, SizeOverride>>>;
  /** `retired` for models that the site no longer lists; they may be refused (models.md). */
  status: "live" | "retired";
  notes: string;
}

/** Sizes that a region may force on a model. */
export type SizeOverride = Pick<Model, "ratios" | "resolutions" | "defaultResolution" | "sizes">;
