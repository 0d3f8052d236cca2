// What is told of each picture in `providerMetadata.jimeng.images`, in the order of the pictures.

import type { AssetObject, JobObject } from "@jimeng/gateway/api";

/** The facts of one picture. */
export type JimengImageMetadata = {
  jobId: string;
  assetId: string;
  /** Where the gateway keeps it. */
  url: string;
  contentType: string;
  width: number | null;
  height: number | null;
  seed: number | null;
  /** In credits, of the whole job, whose pictures share it; null where unknown. */
  cost: { state: string; estimated: number | null; charged: number | null };
  /** The number of pictures that the job made. */
  picturesOfJob: number;
};

/** Builds the facts of one picture. */
export function toImageMetadata(job: JobObject, asset: AssetObject): JimengImageMetadata {
  const { state, estimated, charged } = job.cost;
  return {
    jobId: job.id,
    assetId: asset.id,
    url: asset.url,
    contentType: asset.content_type,
    width: asset.width,
    height: asset.height,
    seed: job.request.seed ?? null,
    cost: { state, estimated, charged },
    picturesOfJob: job.result?.assets.length ?? 0,
  };
}
