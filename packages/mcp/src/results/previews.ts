// Small pictures of results, for people to look at inside the host: JPEG of pictures, and the posters of videos.

import { GatewayError } from "@jimeng/gateway/api/client";
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
  const visible = assets.filter(isVisible);
  const made = await Promise.all(
    visible
      .slice(0, maxPreviews)
      .map((asset) => toPicture(call, asset, wanted, signal).catch(() => undefined)),
  );
  return made.filter((picture) => picture !== undefined);
}

const qualities = [75, 50, 30] as const;

/** Tells whether something of a result can be shown: itself, or the poster of a video. */
export function isVisible({ content_type: type }: Pick<AssetObject, "content_type">): boolean {
  return /^(image|video)\//.test(type);
}

/**
 * Returns a picture as JPEG of at most this size, and a video's poster as it is kept; undefined where none is small
 * enough, and for a video without a poster.
 */
export async function toPicture(
  call: ToolCall,
  asset: Pick<AssetObject, "id" | "content_type" | "width" | "height">,
  { edge, maxBytes, audience }: WantedPicture,
  signal: AbortSignal,
): Promise<ImageContent | undefined> {
  if (asset.content_type.startsWith("video/")) {
    const poster = await download(call, asset.id, { variant: "thumbnail" }, signal).catch(
      (error: unknown) => {
        if (error instanceof GatewayError && error.code === "not_found") return undefined;
        throw error;
      },
    );
    if (poster === undefined || poster.bytes.byteLength > maxBytes) return undefined;
    return toContent(poster, audience);
  }
  let longest = edge;
  for (let attempt = 0; attempt < 3; attempt++) {
    for (const quality of qualities) {
      const width = widthFor(asset, longest);
      const form = { format: "jpeg", width, quality } as const;
      const made = await download(call, asset.id, form, signal);
      if (made.bytes.byteLength <= maxBytes) return toContent(made, audience);
    }
    longest = Math.round(longest / 2);
  }
  return undefined;
}

/** The form in which a picture is asked for. */
interface PictureForm {
  variant?: "thumbnail";
  format?: "jpeg";
  width?: number;
  quality?: number;
}

/** The bytes of a picture, and what they are. */
interface PictureBytes {
  bytes: ArrayBuffer;
  contentType: string;
}

function toContent(
  { bytes, contentType }: PictureBytes,
  audience: WantedPicture["audience"],
): ImageContent {
  return {
    type: "image",
    data: Buffer.from(bytes).toString("base64"),
    mimeType: contentType,
    annotations: { audience: [audience] },
  };
}

/** Returns the width at which the longer edge of a picture has this length. */
function widthFor({ width, height }: Pick<AssetObject, "width" | "height">, edge: number): number {
  if (width === null || height === null || width >= height) return edge;
  return Math.max(1, Math.round((edge * width) / height));
}

async function download(
  { face }: ToolCall,
  id: string,
  form: PictureForm,
  signal: AbortSignal,
): Promise<PictureBytes> {
  return await withGateway(face, signal, async (client) => {
    const { body, contentType } = await client.assets.download(id, { ...form, signal });
    return { bytes: await new Response(body).arrayBuffer(), contentType };
  });
}
