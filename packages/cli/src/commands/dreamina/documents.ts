// Shapes jobs as the site's own CLI prints its tasks.

import type { AssetObject } from "@jimeng/gateway/api";

import type { JobWithFiles } from "../../generation/results.ts";

/** A task as that CLI prints it. */
export interface TaskDocument {
  /** The ids of our jobs, separated by commas where one request became several. */
  submit_id: string;
  gen_status: "querying" | "success" | "fail";
  fail_reason?: string;
  result_json?: { images: object[]; videos: object[] };
  credit_count?: number;
  queue_info: { queue_status: "Queueing" | "Generating" | "Finish"; queue_idx: number };
}

/** Returns the document of the jobs of one request. */
export function toDocument(jobs: readonly JobWithFiles[]): TaskDocument {
  const failed = jobs.find(({ status }) => status === "failed" || status === "cancelled");
  const running = jobs.find(({ status }) => status === "queued" || status === "in_progress");
  const charges = jobs.flatMap(({ cost }) => cost.charged ?? []);
  const position = running?.queue?.position ?? 0;
  return {
    submit_id: jobs.map(({ id }) => id).join(","),
    gen_status: running ? "querying" : failed ? "fail" : "success",
    ...(failed && !running ? { fail_reason: failed.error?.message ?? failed.status } : {}),
    ...(running ? {} : { result_json: toResults(jobs) }),
    ...(charges.length === 0 ? {} : { credit_count: charges.reduce((sum, one) => sum + one, 0) }),
    queue_info: {
      queue_status:
        running === undefined ? "Finish" : isWaiting(running) ? "Queueing" : "Generating",
      queue_idx: position,
    },
  };
}

function isWaiting({ status, queue }: JobWithFiles): boolean {
  return status === "queued" || (queue !== null && queue.position > 0);
}

function toResults(jobs: readonly JobWithFiles[]): { images: object[]; videos: object[] } {
  const images: object[] = [];
  const videos: object[] = [];
  for (const job of jobs) {
    for (const [index, asset] of (job.result?.assets ?? []).entries()) {
      const isVideo = asset.content_type.startsWith("video/");
      (isVideo ? videos : images).push(toResult(asset, job.files[index], isVideo));
    }
  }
  return { images, videos };
}

function toResult(asset: AssetObject, file: string | undefined, isVideo: boolean): object {
  const { url, width, height, duration_seconds: duration } = asset;
  return {
    ...(file === undefined ? {} : { path: file }),
    ...(isVideo ? { video_url: url } : { image_url: url }),
    width,
    height,
    ...(isVideo ? { duration } : {}),
  };
}
