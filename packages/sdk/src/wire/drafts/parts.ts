// Parts that the drafts of every kind share: their inputs, the model's key, an uploaded image.

import { JimengError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { Region } from "../../operation.ts";
import type { UploadedImage } from "../../requests.ts";
import type { SourceVideo } from "../history/source-video.ts";
import type { ExactNumbers } from "./exact-numbers.ts";

/** The inputs of a start's body besides its request. */
export interface DraftInput {
  model: Model;
  region: Region;
  submitId: string;
  aid: number;
  draftVersion: string;
  /** Unix milliseconds. */
  now: number;
  /** History id of the record to continue, for a stalled series (`action` 2, generate.md). */
  continues?: string;
  /** The finished video that a tool works on (video-tools.md). */
  source?: SourceVideo;
}

/** The parts of a start's body that depend on the kind of generation. */
export interface DraftParts {
  /** The model that the body names; music names none. */
  modelKey: string | undefined;
  minVersion: string;
  minFeatures: readonly string[];
  component: Record<string, unknown>;
  /** The component that stands before it: what a finished product was made from, unchanged. */
  parent?: Record<string, unknown> | undefined;
  extend: Record<string, unknown>;
  metricsExtra: string;
  /** The numbers for which texts stand in the components. */
  numbers?: ExactNumbers;
}

/** Finds the upstream's key of a model in a region; throws `model_unavailable`. */
export function requireModelKey(model: Model, region: Region): string {
  const key = model.modelKeys[region];
  if (key === undefined) {
    throw new JimengError(
      "model_unavailable",
      `${model.id} is not offered in the region ${region}.`,
      { param: "model" },
    );
  }
  return key;
}

/** Builds the upstream's description of an uploaded image. */
export function buildImageInfo(image: UploadedImage, id: () => string): Record<string, unknown> {
  return {
    type: "image",
    id: id(),
    source_from: "upload",
    platform_type: 1,
    name: "",
    image_uri: image.imageUri,
    uri: image.imageUri,
    width: image.width,
    height: image.height,
    format: image.format,
  };
}

/** Returns the later of two dotted versions. */
export function laterVersion(left: string, right: string): string {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0 ? left : right;
  }
  return left;
}
