// What is told of a video in `providerMetadata.jimeng`.

import type { JobObject } from "@jimeng/gateway/api";

import type { JimengVideoMetadata } from "./video-operation.ts";

/** Builds the facts of a video's job. */
export function toVideoMetadata(job: JobObject): JimengVideoMetadata {
  const { state, estimated, charged } = job.cost;
  return {
    jobId: job.id,
    status: job.status,
    phase: job.phase,
    progress: job.progress,
    queue:
      job.queue === null
        ? null
        : {
            position: job.queue.position,
            length: job.queue.length,
            etaSeconds: job.queue.eta_seconds,
          },
    cost: { state, estimated, charged },
    videos: (job.result?.assets ?? []).map((asset) => ({
      assetId: asset.id,
      url: asset.url,
      contentType: asset.content_type,
      width: asset.width,
      height: asset.height,
      durationSeconds: asset.duration_seconds,
      bytes: asset.bytes,
      seed: job.request.seed ?? null,
    })),
  };
}
