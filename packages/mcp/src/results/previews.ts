// Small JPEG pictures of results, for people to look at inside the host.

import type { AssetObject } from "@jimeng/gateway/api";
import type { ImageContent } from "@modelcontextprotocol/server";

import { withGateway } from "../face.ts";
import type { ToolCall } from "../tools/tool.ts";

const maxPreviews = 4;
const previewEdge = 512;
const previewBytes = 48 * 1024;
const previewTimeMs = 5000;

/** What a picture is wanted as. */
export interface WantedPicture {
  /** The longer edge, in pixels. */
  edge: number;
  maxBytes: number;
  audience: "user" | "assistant";
}

/** Returns previews of the first pictures; those that cannot be made in time are left out. */
export async function toPreviews(
  call: ToolCall,
  assets: readonly AssetObject[],
): Promise<ImageContent[]> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(previewTimeMs)]);
  const wanted = { edge: previewEdge, maxBytes: previewBytes, audience: "user" } as const;
  const pictures = assets.filter((asset) => asset.content_type.startsWith("image/"));
  const made = await Promise.all(
    pictures
      .slice(0, maxPreviews)
      .map((asset) => toPicture(call, asset, wanted, signal).catch(() => undefined)),
  );
  return made.filter((picture) => picture !== undefined);
}

const qualities = [75, 50, 30] as const;

/** Returns a picture as JPEG of at most this size; undefined where none is small enough. */
export async function toPicture(
  call: ToolCall,
  asset: Pick<AssetObject, "id" | "width" | "height">,
  { edge, maxBytes, audience }: WantedPicture,
  signal: AbortSignal,
): Promise<ImageContent | undefined> {
  let longest = edge;
  for (let attempt = 0; attempt < 3; attempt++) {
    for (const quality of qualities) {
      const width = widthFor(asset, longest);
      const bytes = await download(call, asset.id, { width, quality }, signal);
      if (bytes.byteLength > maxBytes) continue;
      return {
        type: "image",
        data: Buffer.from(bytes).toString("base64"),
        mimeType: "image/jpeg",
        annotations: { audience: [audience] },
      };
    }
    longest = Math.round(longest / 2);
  }
  return undefined;
}

/** Returns the width at which the longer edge of a picture has this length. */
function widthFor({ width, height }: Pick<AssetObject, "width" | "height">, edge: number): number {
  if (width === null || height === null || width >= height) return edge;
  return Math.max(1, Math.round((edge * width) / height));
}

async function download(
  { face }: ToolCall,
  id: string,
  form: { width: number; quality: number },
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  return await withGateway(face, signal, async (client) => {
    const { body } = await client.assets.download(id, { ...form, format: "jpeg", signal });
    return await new Response(body).arrayBuffer();
  });
}
