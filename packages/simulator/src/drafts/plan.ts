// The vocabulary between a parsed draft and the record made from it.

import type { VideoMode } from "../models/models.ts";

/** Describes an uploaded file that a draft refers to. */
export interface PlanInput {
  kind: "image" | "video" | "audio";
  /** An image URI, or the vid of a video or audio file. */
  uri: string;
  width: number;
  height: number;
}

/** Describes an image generation that a valid draft asks for. */
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
  /** Counts the images that this submit makes, and all that the job is to have (more only for sequences). */
  count: number;
  total: number;
  inputs: PlanInput[];
}

/** Describes a video generation that a valid draft asks for. */
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

/** What one accepted start is to make. */
export type GenerationPlan = ImagePlan | VideoPlan;

/** Carries a plan with the parts of the draft that the record echoes. */
export interface ParsedDraft {
  plan: GenerationPlan;
  /** `draft_content` as the server gives it back: `gen_type` added, `version` set to the floor (generate.md). */
  echo: string;
  minVersion: string;
  minFeatures: string[];
}
