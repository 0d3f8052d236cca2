// Tells what a stored result was made from: as JSON, and as the facts that are written into a picture.

import type { AssetMetadata } from "../../api/assets.ts";
import type { Asset, Job } from "../../jobs/job.ts";
import type { EmbeddedFacts } from "../../storage/conversions/xmp.ts";
import { toUnixSeconds } from "../values.ts";
import { toCost } from "./job.ts";

/** Builds what is told of a result; `itemId` is the site's own id of it. */
export function toAssetMetadata(job: Job, asset: Asset, itemId: string | null): AssetMetadata {
  const { request } = job;
  const isPlainImage = request.tool === undefined && request.kind === "image";
  return {
    object: "asset.metadata",
    id: asset.id,
    job_id: job.id,
    kind: job.kind,
    tool: request.tool ?? null,
    model: request.model,
    prompt: request.prompt ?? "",
    negative_prompt: isPlainImage ? (request.negativePrompt ?? null) : null,
    seed: request.seed ?? null,
    ratio: request.ratio ?? null,
    resolution: request.resolution ?? null,
    width: asset.width,
    height: asset.height,
    duration_seconds: asset.durationMs === null ? null : asset.durationMs / 1000,
    content_type: asset.contentType,
    bytes: asset.bytes,
    index: asset.index,
    cost: toCost(job),
    submit_id: job.submitId,
    history_id: job.operation?.historyId ?? null,
    item_id: itemId,
    created_at: toUnixSeconds(asset.createdAt),
  };
}

/** Builds the facts that are written into a picture. */
export function toEmbeddedFacts(metadata: AssetMetadata): EmbeddedFacts {
  const { prompt, created_at: createdAt, cost, ...rest } = metadata;
  return {
    description: prompt,
    createdAt: new Date(createdAt * 1000).toISOString(),
    more: {
      model: rest.model,
      tool: rest.tool,
      negativePrompt: rest.negative_prompt,
      seed: rest.seed,
      ratio: rest.ratio,
      resolution: rest.resolution,
      costOfJob: cost.charged,
      asset: rest.id,
      job: rest.job_id,
      submitId: rest.submit_id,
      historyId: rest.history_id,
      itemId: rest.item_id,
    },
  };
}
