// Defines the plan that a draft is parsed into and a record is made from.

import type { VideoMode } from "../models/models.ts";

/** An uploaded file that a draft refers to. */
export interface PlanInput {
  kind: "image" | "video" | "audio";
  /** An image URI, or the vid of a video or audio file. */
  uri: string;
  width: number;
  height: number;
}

/** An image generation that a valid draft asks for. */
export interface ImagePlan {
  kind: "image";
  /** 1 for text to image, 12 for blend, 2, 8, 13 and 35 for the picture tools (history.md). */
  generateType: number;
  modelKey: string;
  modelName: string;
  modelSource: string;
  prompt: string;
  negativePrompt: string;
  seed: number;
  sampleStrength: number;
  imageRatio: number;
  width: number;
  height: number;
  resolutionType: string;
  /** Number of images that this start makes; `total` is more only for sequences, whose rest needs `action: 2`. */
  count: number;
  total: number;
  inputs: PlanInput[];
  /** Credits of the whole start where they do not follow from size and count. */
  fixedCredits?: number;
  /** The record whose picture a tool works on; null for an upload. */
  originHistoryId?: string | null;
}

/** A video generation that a valid draft asks for. */
export interface VideoPlan {
  kind: "video";
  generateType: 10;
  mode: VideoMode | "frame_interpolation";
  modelKey: string;
  modelName: string;
  benefitType: string;
  prompt: string;
  seed: number;
  aspectRatio: string;
  resolution: string;
  width: number;
  height: number;
  durationMs: number;
  framesPerSecond: number;
  inputs: PlanInput[];
  /** Credits of the whole start where they do not follow from length and resolution. */
  fixedCredits?: number;
  /** The record whose video a tool works on; null for an upload. */
  originHistoryId?: string | null;
}

/** A piece of music that a valid draft asks for. */
export interface AudioPlan {
  kind: "audio";
  generateType: number;
  modelKey: string;
  modelName: string;
  prompt: string;
  durationMs: number;
  /** No pictures; the fields that the three kinds share are read without a look at the kind. */
  width: 0;
  height: 0;
  seed: 0;
  inputs: PlanInput[];
  fixedCredits: number;
}

/** What one accepted start makes. */
export type GenerationPlan = ImagePlan | VideoPlan | AudioPlan;

/** A plan, with the parts of the draft that the record repeats. */
export interface ParsedDraft {
  plan: GenerationPlan;
  /** `draft_content` as the server returns it: `gen_type` added, `version` set to `min_version` (generate.md). */
  echo: string;
  minVersion: string;
  minFeatures: string[];
}
