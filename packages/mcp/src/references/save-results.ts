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

/** Where results were saved to, by the asset's id, and what went wrong. */
export interface SavedResults {
  paths: ReadonlyMap<string, string>;
  problems: string[];
}

/** Saves every result of jobs once, where there is a folder. What cannot be saved is still answered. */
export async function saveResults(
  call: ToolCall,
  jobs: readonly JobObject[],
): Promise<SavedResults> {
  const { localFiles } = call.face;
  if (localFiles?.canSave !== true) return { paths: new Map(), problems: [] };
  const { saved } = localFiles;
  const problems: string[] = [];
  for (const { id } of assetsOf(jobs)) {
    if (saved.has(id)) continue;
    try {
      saved.set(id, await saveAsset(call, { id }));
    } catch (error) {
      call.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : "unknown";
      problems.push(`${id} could not be saved (${reason}); it is at its URL.`);
    }
  }
  return { paths: saved, problems };
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
