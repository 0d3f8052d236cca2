// OpenAI's `size`: pixels as WIDTHxHEIGHT.

import { findModel } from "@jimeng/sdk";

import type { Job } from "../../jobs/job.ts";

/** Reads a size; nothing for `auto` and none. */
export function toPixels(size: string | null | undefined): { width?: number; height?: number } {
  if (size == null || size === "auto") return {};
  const [width, height] = size.toLowerCase().split("x").map(Number);
  return { width, height };
}

/** Returns a job's size as `WxH`: the stored file's, else the one asked for, else empty. */
export function toSizeText(job: Job): string {
  const file = job.assets[0];
  if (file != null && file.width !== null && file.height !== null) {
    return `${file.width}x${file.height}`;
  }
  const { request } = job;
  const nominal = findModel(request.model)?.sizes[request.resolution ?? ""]?.[request.ratio ?? ""];
  const width = request.width ?? nominal?.width;
  const height = request.height ?? nominal?.height;
  return !width || !height ? "" : `${width}x${height}`;
}
