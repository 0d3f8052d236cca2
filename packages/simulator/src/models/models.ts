// Defines the facts that the simulator knows of a model.

import type { Region } from "../regions.ts";
import type { SizeTable } from "./sizes.ts";

/** An image model as the upstream knows it (models.md). */
export interface ImageModel {
  key: string;
  name: string;
  source: string;
  regions: readonly Region[];
  resolutions: readonly string[];
  defaultResolution: string;
  /** Values that `gen_count` may have; a model with [4] always makes four. */
  counts: readonly number[];
  defaultCount: number;
  maxReferences: number;
  /** The sizes of its 1k pictures; two tables are in use (sizes.md). */
  sizes1k: SizeTable;
  /** True for the one model whose pictures have the size that was sent, whatever `resolution_type` says (sizes.md). */
  keepsSentSize: boolean;
  /** The benefit type of each resolution that one is known of (generate.md). */
  benefits: Readonly<Record<string, string>>;
  /** True where the words of a prompt may ask for more images than `counts` (generate.md). */
  sequence: boolean;
}

/** The mode of a video (generate.md). */
export type VideoMode =
  | "text_to_video"
  | "first_frame"
  | "first_and_last_frame"
  | "main_reference"
  | "multi_frame"
  | "omni_reference";

/** What omni reference takes at most; lengths are sums in milliseconds, null where no limit is known. */
export interface ReferenceLimits {
  materials: number;
  images: number;
  videos: number;
  audios: number;
  videosMs: number;
  audiosMs: number | null;
}

/** A video model as the upstream knows it (models.md). */
export interface VideoModel {
  key: string;
  name: string;
  regions: readonly Region[];
  /**
   * The resolutions as the list spells them, the default first; where there is only one, the field `resolution` is not
   * read.
   */
  resolutions: readonly string[];
  /** The resolutions outside China where they differ. */
  resolutionsAbroad?: readonly string[];
  /** Ratios besides the usual six. */
  moreRatios?: readonly string[];
  /** Allowed lengths in seconds. */
  durations: readonly number[];
  modes: readonly VideoMode[];
  /** Limits of omni reference, for models that offer it. */
  references?: ReferenceLimits;
  /** Largest number of characters of a prompt; absent where it is not known. */
  maxPromptLength?: number;
  /** Returns the benefit type of a resolution, as the live list names it. */
  benefit: (resolution: string) => string;
  /** Returns the benefit type of a start without an input video, for models that have one of its own. */
  benefitWithoutVideo?: (resolution: string) => string;
  /** Beginnings of further benefit types that clients pay with; endings differ between captures (generate.md). */
  alsoPaidBy: readonly string[];
  /** True for a model that makes samples: its draft says so (generate.md). */
  isDraft?: boolean;
  /** True where only accounts with vip credits may use it. */
  vipOnly: boolean;
}
