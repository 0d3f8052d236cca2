// The names of all properties of requests, prepared ones included.

import type { NamesOf } from "../known-names.ts";
import type { PreparedImageRequest, PreparedVideoRequest, VideoFrame } from "../requests.ts";

/** The names by kind. */
export const requestNames = {
  image: {
    kind: true,
    tool: true,
    model: true,
    prompt: true,
    negativePrompt: true,
    ratio: true,
    resolution: true,
    width: true,
    height: true,
    count: true,
    seed: true,
    sampleStrength: true,
    intelligentRatio: true,
    references: true,
    referenceStrength: true,
    sequence: true,
    upstreamCount: true,
  } satisfies NamesOf<PreparedImageRequest>,
  video: {
    kind: true,
    tool: true,
    model: true,
    prompt: true,
    ratio: true,
    resolution: true,
    width: true,
    height: true,
    durationSeconds: true,
    seed: true,
    firstFrame: true,
    lastFrame: true,
    subjects: true,
    frames: true,
    references: true,
  } satisfies NamesOf<PreparedVideoRequest>,
};

/** The names of all properties of a frame. */
export const frameNames: NamesOf<VideoFrame> = { image: true, durationSeconds: true, prompt: true };
