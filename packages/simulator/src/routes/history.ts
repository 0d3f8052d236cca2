// Answers POST /mweb/v1/get_history_by_ids: which records, under which keys, with which URLs (history.md).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { invalidParameter } from "../envelope.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import { progressOf, recordStatus } from "../records/progress.ts";
import { defaultScenes } from "../shapes/item-shape.ts";
import type { CoverScene } from "../shapes/item-shape.ts";
import { recordShape } from "../shapes/record-shape.ts";

const scene = z.looseObject({
  scene: z.string(),
  width: z.int().min(0),
  height: z.int().min(0),
  uniq_key: z.string().min(1),
  format: z.string().optional(),
});

/** The image variants that a request wants signed (history.md). */
export const imageInfo = z.looseObject({
  width: z.int().optional(),
  height: z.int().optional(),
  format: z.string().optional(),
  image_scene_list: z.array(scene).optional(),
});

const bodySchema = z.looseObject({
  // Go clients send null for a list they leave empty.
  history_ids: z.array(z.string().min(1)).nullish(),
  submit_ids: z.array(z.string().min(1)).nullish(),
  need_batch: z.boolean().nullish(),
  image_info: imageInfo.nullish(),
  http_common_info: z.looseObject({}).nullish(),
});

function toFormat(format: string | undefined): CoverScene["variant"]["format"] {
  if (format === "png") return "png";
  return format === "jpeg" || format === "jpg" ? "jpeg" : "webp";
}

/** Turns the scenes a request names into the variants to sign; the site's own list without one. */
export function scenesOf(info: z.infer<typeof imageInfo> | null | undefined): CoverScene[] {
  const requested = info?.image_scene_list ?? [];
  if (requested.length === 0) return defaultScenes;
  return requested.map((one) => ({
    key: one.uniq_key,
    variant: {
      template: one.scene === "smart_crop" ? "aigc_smart_crop" : "aigc_resize",
      width: one.width,
      height: one.height,
      format: toFormat(one.format ?? info?.format),
    },
  }));
}

/** Counts a poll of a record whose script depends on the number of polls; tells whether this poll finds the record. */
function countPoll(call: Call, record: GenerationRecord, now: number): boolean {
  const { missingPolls, emptyItemPolls } = record.script;
  const progress = progressOf(record, now);
  if (!progress.visible) return false;
  const counts = missingPolls !== undefined || progress.status === recordStatus.success;
  if (!counts || (missingPolls === undefined && emptyItemPolls === undefined)) return true;
  record.polls += 1;
  if (missingPolls !== undefined && record.polls > missingPolls) {
    // Found from now on; polls that find the empty list are counted from here.
    record.script = { ...record.script, missingPolls: undefined };
    record.polls = progress.status === recordStatus.success ? 1 : 0;
  }
  call.world.records.update(record);
  return record.script.missingPolls === undefined;
}

/** The endpoint that tells how generations stand, by history ids, submit ids or both. */
export const historyEndpoint: Endpoint = {
  name: "history",
  path: "/mweb/v1/get_history_by_ids",
  envelope: "mweb",
  handle: (call) => {
    const misspelt = Object.keys(call.body).find((key) => /[A-Z]/.test(key));
    if (misspelt !== undefined) throw invalidParameter(`${misspelt} is not spelt with underscores`);
    const body = checkBody(bodySchema, call.body);
    const historyIds = body.history_ids ?? [];
    const submitIds = body.submit_ids ?? [];
    call.countIds(historyIds.length + submitIds.length);
    if (historyIds.length + submitIds.length === 0) throw invalidParameter("no ids were given");
    const { world, account } = call;
    const now = world.clock.now();
    const context = {
      links: world.links,
      place: call,
      scenes: scenesOf(body.image_info),
    };
    const data: Record<string, unknown> = {};
    const answer = (key: string, record: GenerationRecord | undefined) => {
      // An id that is unknown or not visible yet is absent: no null, no error (history.md [C]).
      if (record === undefined || !countPoll(call, record, now)) return;
      data[key] = recordShape(record, progressOf(record, now), context);
    };
    for (const id of historyIds) answer(id, world.records.findByHistoryId(account.fingerprint, id));
    for (const id of submitIds) answer(id, world.records.findBySubmitId(account.fingerprint, id));
    return data;
  },
};
