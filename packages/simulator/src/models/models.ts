// What the simulator knows of a model.

import type { Region } from "../regions.ts";

/** Describes an image model as the upstream knows it (models.json). */
export interface ImageModel {
  key: string;
  name: string;
  source: string;
  regions: readonly Region[];
  resolutions: readonly string[];
  defaultResolution: string;
  /** The numbers of images that `gen_count` may ask for; a model with [4] always makes four. */
  counts: readonly number[];
  defaultCount: number;
  maxReferences: number;
  /** Tells whether one submit may ask for more images than `counts` in its prompt (generate.md). */
  sequence: boolean;
}

/** Names how a video is asked for (generate.md). */
export type VideoMode =
  | "text_to_video"
  | "first_frame"
  | "first_and_last_frame"
  | "main_reference"
  | "multi_frame"
  | "omni_reference";

/** Describes a video model as the upstream knows it (models.json). */
export interface VideoModel {
  key: string;
  name: string;
  regions: readonly Region[];
  resolutions: readonly string[];
  /** Tells whether `resolution` of the input is read; otherwise the first one is made. */
  readsResolution: boolean;
  /** The allowed lengths in seconds. */
  durations: readonly number[];
  modes: readonly VideoMode[];
  /** The beginnings of the benefit types that pay for it (models.md); empty when unknown. */
  benefits: readonly string[];
  /** Tells whether only accounts with vip credits may use it. */
  vipOnly: boolean;
}
