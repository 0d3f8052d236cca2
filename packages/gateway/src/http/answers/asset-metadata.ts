// Reads what a stored result was made from.

import type { AssetMetadata } from "../../api/assets.ts";
import type { Asset } from "../../jobs/job.ts";
import { toAssetMetadata } from "../../shapes/native/asset-metadata.ts";
import { assetNotFound } from "../../submission/require-owned.ts";
import type { Services } from "../services.ts";

/** Returns what a result was made from. Throws `not_found` when its job is gone. */
export async function readAssetMetadata(
  { jobs }: Pick<Services, "jobs">,
  asset: Asset,
): Promise<AssetMetadata> {
  const job = await jobs.get(asset.jobId);
  if (job === undefined) throw assetNotFound();
  const own = await jobs.product(asset.id);
  return toAssetMetadata(job, asset, own?.product.itemId ?? null);
}
