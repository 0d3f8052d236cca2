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
  /** 1 for text to image, 12 for blend (history.md). */
  generateType: 1 | 12;
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
}

/** A video generation that a valid draft asks for. */
export interface VideoPlan {
  kind: "video";
  generateType: 10;
  mode: VideoMode;
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
  inputs: PlanInput[];
}

/** What one accepted start makes. */
export type GenerationPlan = ImagePlan | VideoPlan;

/** A plan, with the parts of the draft that the record repeats. */
export interface ParsedDraft {
  plan: GenerationPlan;
  /** `draft_content` as the server returns it: `gen_type` added, `version` set to `min_version` (generate.md). */
  echo: string;
  minVersion: string;
  minFeatures: string[];
}
