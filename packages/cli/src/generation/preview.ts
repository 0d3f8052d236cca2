// Shows small forms of pictures in a terminal that can draw them, after they were saved.

import { convertibleTypes } from "@jimeng/gateway/api/client";
import type { AssetObject, GatewayClient } from "@jimeng/gateway/api";

import { askTerminal } from "../terminal/pictures/ask-terminal.ts";
import type { Terminal } from "../terminal/pictures/ask-terminal.ts";
import { drawPng } from "../terminal/pictures/draw.ts";

// Wide enough to judge a picture, small enough for a slow line.
const previewWidth = 480;
const maxPreviews = 8;

/** Draws pictures; leaves out what cannot be drawn, since all of them are saved. */
export async function previewPictures(
  client: GatewayClient,
  assets: readonly AssetObject[],
  terminal: Terminal,
): Promise<void> {
  const pictures = assets.filter(({ content_type: type }) => convertibleTypes.has(type));
  if (pictures.length === 0) return;
  const protocol = await askTerminal(terminal);
  if (protocol === undefined) return;
  for (const { id } of pictures.slice(0, maxPreviews)) {
    const drawn = await fetchPng(client, id)
      .then((png) => drawPng(png, protocol))
      .catch(() => undefined);
    if (drawn !== undefined) terminal.output.write(drawn);
  }
}

async function fetchPng(client: GatewayClient, id: string): Promise<Uint8Array> {
  const { body } = await client.assets.download(id, { format: "png", width: previewWidth });
  return new Uint8Array(await new Response(body).arrayBuffer());
}
