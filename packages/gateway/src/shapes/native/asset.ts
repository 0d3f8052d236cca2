// Translates assets of the library into the published shapes.

import type { GridAsset, LibraryAssetObject } from "../../api/library/library.ts";
import type { LibraryAsset } from "../../library/record.ts";
import { trashMs } from "../../library/due.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds } from "../values.ts";
import { toAssetObject } from "./job.ts";

/** Builds an asset with what it was made from. */
export function toLibraryAssetObject(asset: LibraryAsset, urls: Urls): LibraryAssetObject {
  const { trashedAt, deletedAt } = asset;
  return {
    ...toAssetObject(asset, urls, asset),
    object: "asset",
    job_id: asset.jobId,
    kind: asset.kind,
    model: asset.model,
    account: asset.account,
    prompt: asset.prompt,
    starred: asset.starred,
    tags: asset.tags,
    made_from: asset.madeFrom,
    created_at: toUnixSeconds(asset.createdAt),
    trash_expires_at:
      trashedAt === null || deletedAt !== null ? null : toUnixSeconds(trashedAt + trashMs),
  };
}

/** Builds what a wall of pictures needs of an asset. */
export function toGridAsset(asset: LibraryAsset, urls: Urls): GridAsset {
  return {
    id: asset.id,
    url: urls.asset(asset, asset),
    content_type: asset.contentType,
    width: asset.width,
    height: asset.height,
    thumbhash: asset.thumbhash,
    job_id: asset.jobId,
    starred: asset.starred,
    created_at: toUnixSeconds(asset.createdAt),
  };
}
