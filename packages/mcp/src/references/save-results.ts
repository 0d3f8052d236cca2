// Saves the results of jobs to the owner's folder, where one was given.

import type { AssetObject, JobObject } from "@jimeng/gateway/api";

import { withGateway } from "../face.ts";
import { assetsOf } from "../results/job-result.ts";
import { invalid } from "../results/failure.ts";
import type { ToolCall } from "../tools/tool.ts";

const extensions: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/webp": ".webp",
  "video/mp4": ".mp4",
  "audio/mpeg": ".mp3",
};

// The results of a process that were saved already, by asset: a job that is asked for again is not saved again.
const saved = new WeakMap<object, Map<string, string>>();

/** Saves every result of jobs once; undefined where there is no folder. */
export async function saveResults(
  call: ToolCall,
  jobs: readonly JobObject[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const { localFiles } = call.face;
  if (localFiles?.canSave !== true) return undefined;
  const places = saved.get(localFiles) ?? new Map<string, string>();
  saved.set(localFiles, places);
  for (const asset of assetsOf(jobs)) {
    if (!places.has(asset.id)) places.set(asset.id, await saveAsset(call, asset));
  }
  return places;
}

/** Saves one result and returns its path. */
export async function saveAsset(
  { face, signal }: ToolCall,
  asset: Pick<AssetObject, "id">,
  name = asset.id,
): Promise<string> {
  const { localFiles } = face;
  if (localFiles === null) {
    throw invalid("asset_id", "Nothing can be saved over HTTP.", "Use the URL of the result.");
  }
  return await withGateway(face, signal, async (client) => {
    const { body, contentType } = await client.assets.download(asset.id, { signal });
    const extension = extensions[contentType] ?? "";
    const full = name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
    return await localFiles.save(full, body);
  });
}
