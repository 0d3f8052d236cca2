// The tools about stored results: show a picture to the model, save a result to this machine.

import * as z from "zod";

import { onlyForJobApp } from "../app/job-app.ts";
import { withGateway } from "../face.ts";
import { saveAsset } from "../references/save-results.ts";
import { invalid } from "../results/failure.ts";
import { isVisible, toPicture } from "../results/previews.ts";
import { toToolResult } from "../results/tool-result.ts";
import { defineTool, readOnly } from "./tool.ts";
import type { ToolCall, ToolResult } from "./tool.ts";

const maxEdge = 1568;
const minEdge = 64;
const maxPictureBytes = 200_000;
const assetId = z.string().regex(/^asset_[\w-]{1,100}$/, { error: "must be an asset's id" });

/** Shows a picture to the model. */
export const showImage = defineTool({
  name: "show_image",
  title: "Look at a picture",
  description: "Shows you a stored picture, or the poster of a video, to judge or describe it.",
  arguments: z.strictObject({
    asset_id: assetId,
    max_edge: z.int().min(minEdge).max(maxEdge).default(1024),
  }),
  annotations: readOnly,
  run: ({ asset_id, max_edge }, call) => answerPicture(call, asset_id, max_edge, "assistant"),
});

/** Gives a picture to the page of the MCP App. */
export const previewAsset = defineTool({
  name: "preview_asset",
  title: "Preview for the page",
  description: "Gives a stored picture, or the poster of a video, to the page of the job.",
  arguments: z.strictObject({
    asset_id: assetId,
    max_edge: z.int().min(minEdge).max(maxEdge).default(512),
  }),
  annotations: readOnly,
  meta: onlyForJobApp,
  run: ({ asset_id, max_edge }, call) => answerPicture(call, asset_id, max_edge, "user"),
});

async function answerPicture(
  call: ToolCall,
  id: string,
  edge: number,
  audience: "assistant" | "user",
): Promise<ToolResult> {
  const { face, signal } = call;
  const facts = await withGateway(face, signal, (client) => client.assets.metadata(id, { signal }));
  if (!isVisible(facts)) {
    throw invalid("asset_id", `This is ${facts.content_type}, not a picture.`, "Open its URL.");
  }
  const isVideo = facts.content_type.startsWith("video/");
  const wanted = { edge, maxBytes: maxPictureBytes, audience };
  const picture = await toPicture(call, facts, wanted, signal);
  const { width, height, content_type } = facts;
  const missing = isVideo ? "It has no poster." : "It cannot be made small enough to be shown.";
  const outcome =
    picture === undefined ? missing : `The ${isVideo ? "poster" : "picture"} follows.`;
  return toToolResult({
    text: `${id}: ${content_type} ${width}x${height}. ${outcome}`,
    structured: { id, content_type, width, height },
    content: picture === undefined ? [] : [picture],
  });
}

/** Saves a result to this machine. */
export const saveAssetTool = defineTool({
  name: "save_asset",
  title: "Save a result",
  description: "Saves a stored result into the owner's folder (--save-to) and tells its path.",
  arguments: z.strictObject({ asset_id: assetId, name: z.string().min(1).max(200).optional() }),
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: false,
  },
  isLocal: true,
  async run({ asset_id: id, name }, call) {
    const place = await saveAsset(call, { id }, name);
    return toToolResult({ text: `Saved to ${place}.`, structured: { id, local_path: place } });
  },
});
