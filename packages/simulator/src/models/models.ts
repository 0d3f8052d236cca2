// Defines the facts that the simulator knows of a model.

import type { Region } from "../regions.ts";

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

/** A video model as the upstream knows it (models.md). */
export interface VideoModel {
  key: string;
  name: string;
  regions: readonly Region[];
  resolutions: readonly string[];
  /** True where `resolution` of the input is read; otherwise the first of `resolutions` is made. */
  readsResolution: boolean;
  /** Allowed lengths in seconds. */
  durations: readonly number[];
  modes: readonly VideoMode[];
  /** Beginnings of the benefit types that pay for it (models.md); empty when unknown. */
  benefits: readonly string[];
  /** True where only accounts with vip credits may use it. */
  vipOnly: boolean;
}
