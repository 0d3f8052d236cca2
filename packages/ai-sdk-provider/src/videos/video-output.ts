// Hands a finished video over: as bytes, or as a URL that the AI SDK is able to download.

import type { Experimental_VideoModelV4VideoData as VideoData } from "@ai-sdk/provider";
import type { AssetObject } from "@jimeng/gateway/api";

import type { Connection } from "../connection.ts";
import { download } from "../download.ts";
import type { VideoOutput } from "../settings.ts";
import { isPublicUrl } from "./public-url.ts";

/** Returns the video of a finished job. */
export async function toVideoData(
  connection: Connection,
  { asset, jobId, output }: { asset: AssetObject; jobId: string; output: VideoOutput },
): Promise<VideoData> {
  const mediaType = asset.content_type;
  if (output === "url" || (output === "auto" && isPublicUrl(asset.url))) {
    return { type: "url", url: asset.url, mediaType };
  }
  return { type: "binary", data: await download(connection, { asset, jobId }), mediaType };
}
