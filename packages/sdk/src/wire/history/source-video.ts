// Reads a finished video of the account as a tool's draft repeats it: its file, and the component that it was made from.

import * as z from "zod";

import { JimengError } from "../../errors.ts";
import type { Product } from "../../requests.ts";
import { parseExactly } from "../drafts/exact-numbers.ts";
import type { ExactNumbers } from "../drafts/exact-numbers.ts";
import { number, text } from "../transport/tolerant.ts";
import { parseRecord } from "./history.ts";
import { itemSchema } from "./outputs.ts";

/** What a draft says of a video. */
export interface Film {
  /** The site's id of the file (`vid`). */
  videoId: string;
  prompt: string;
  framesPerSecond: number;
  /** The length that was asked for; of an upload, its whole seconds. */
  askedDurationMs: number;
  /** The real length of the file. */
  durationMs: number;
  /** As drafts name it, e.g. `720p`. */
  resolution: string;
}

/** A finished video of the account, with everything that a draft repeats of it. */
export interface SourceVideo extends Film {
  itemId: string;
  historyId: string;
  submitId: string;
  /** The component as the record shows it, except that texts stand for the numbers in `numbers`. */
  component: Record<string, unknown>;
  numbers: ExactNumbers;
}

const inputSchema = z.looseObject({ prompt: text, resolution: text, duration_ms: number });

const draftSchema = z.looseObject({
  // How the site repeats several components was never captured.
  component_list: z.tuple([
    z.looseObject({
      type: z.literal("video_base_component"),
      id: z.string().min(1),
      abilities: z.looseObject({
        gen_video: z.looseObject({
          text_to_video_params: z.looseObject({
            video_gen_inputs: z.tuple([inputSchema], z.unknown()),
          }),
        }),
      }),
    }),
  ]),
});

/** Frames per second of the site's own videos where a record does not tell. */
export const usualFrames = 24;

/** Reads a finished video out of its record; throws `invalid_request` when the record does not show all of it. */
export function parseSourceVideo(value: unknown, { itemId, historyId }: Product): SourceVideo {
  const record = parseRecord(value);
  const item = (record?.item_list ?? [])
    .map((entry) => itemSchema.safeParse(entry).data)
    .find((entry) => entry?.common_attr?.id === itemId);
  const video = item?.video;
  if (record === undefined || !video?.video_id || !video.duration_ms) {
    const property = record === undefined ? "historyId" : "itemId";
    throw unusable(property, `This account's record ${historyId} shows no video ${itemId}.`);
  }
  const made = parseComponent(record.draft_content);
  if (made === undefined || record.submit_id === "") {
    throw unusable("historyId", `The record ${historyId} does not show how its video was made.`);
  }
  const { input, component, numbers } = made;
  return {
    itemId,
    historyId,
    submitId: record.submit_id,
    videoId: video.video_id,
    prompt: input.prompt,
    framesPerSecond: Math.round(video.transcoded_video?.["origin"]?.fps ?? 0) || usualFrames,
    askedDurationMs: Math.max(0, input.duration_ms ?? 0) || video.duration_ms,
    durationMs: video.duration_ms,
    resolution: input.resolution || "720p",
    component,
    numbers,
  };
}

function parseComponent(draft: string) {
  try {
    const { value, numbers } = parseExactly(draft);
    const [known] = draftSchema.parse(value).component_list;
    const [component] = (value as { component_list: [Record<string, unknown>] }).component_list;
    const [input] = known.abilities.gen_video.text_to_video_params.video_gen_inputs;
    return { input, component, numbers };
  } catch {
    // A text that is no draft of one video shows no component.
    return undefined;
  }
}

function unusable(property: "itemId" | "historyId", message: string): JimengError {
  return new JimengError("invalid_request", message, {
    param: `product.${property}`,
    fix: "Name a finished video of this account, or download the file and upload it as `video`.",
  });
}
