// Names what a start is paid for: starts of the same model, resolution, number, duration and mode cost the same.

import type { PreparedRequest, PreparedVideoRequest } from "@jimeng/sdk";

// The same charges are compared with every line of a batch.
const known = new WeakMap<PreparedRequest, string>();

/** Returns a text that is the same for two requests of which the same price is expected. */
export function actOf(request: PreparedRequest): string {
  const act = known.get(request) ?? describe(request);
  known.set(request, act);
  return act;
}

function describe(request: PreparedRequest): string {
  const { kind, model, resolution } = request;
  if (request.tool !== undefined) {
    const seconds = request.tool === "music" ? request.durationSeconds : null;
    return JSON.stringify([kind, model, resolution, request.upstreamCount, seconds]);
  }
  const particular =
    request.kind === "image"
      ? [request.upstreamCount, request.sequence ?? null, (request.references ?? []).length > 0]
      : [request.durationSeconds, modeOf(request), hasInputVideo(request)];
  return JSON.stringify([kind, model, resolution, ...particular]);
}

/** Returns true when a video is among the materials: several models then cost more. */
export function hasInputVideo({ references }: PreparedVideoRequest): boolean {
  return (references ?? []).some((reference) => "videoId" in reference);
}

function modeOf(request: PreparedVideoRequest): string {
  if ((request.references ?? []).length > 0) return "references";
  if ((request.frames ?? []).length > 0) return "frames";
  if ((request.subjects ?? []).length > 0) return "subjects";
  if (request.lastFrame !== undefined) return "first_and_last_frame";
  return request.firstFrame === undefined ? "text" : "first_frame";
}
