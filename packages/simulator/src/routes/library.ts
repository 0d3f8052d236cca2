// Answers for an account's own results: list, items in full quality, queue, cancel, pictures by URI (history.md).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { invalidParameter, Refusal } from "../envelope.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import { progressOf, recordStatus } from "../records/progress.ts";
import { indexOfItem } from "../records/records.ts";
import { audioItem } from "../shapes/audio-item-shape.ts";
import { defaultScenes, imageItem, videoItem } from "../shapes/item-shape.ts";
import type { ItemContext } from "../shapes/item-shape.ts";
import { queueInfo, recordShape } from "../shapes/record-shape.ts";
import { scenesOf, imageInfo } from "./history.ts";

const maxPerPage = 100;

function itemContext(call: Call): ItemContext {
  return { links: call.world.links, place: call, scenes: defaultScenes };
}

const idList = z.array(z.string().min(1)).min(1);

const itemsSchema = z.looseObject({
  item_id_list: idList,
  pack_item_opt: z
    .looseObject({ scene: z.int().optional(), need_data_integrity: z.boolean().optional() })
    .optional(),
  is_for_video_download: z.boolean().optional(),
});

function findItem(call: Call, itemId: string): Record<string, unknown> | undefined {
  const row = call.world.store.database
    .prepare("SELECT history_id FROM items WHERE item_id = ?")
    .get(itemId);
  const historyId = row?.["history_id"];
  if (typeof historyId !== "string") return undefined;
  const record = call.world.records.findByHistoryId(call.account.fingerprint, historyId);
  if (record === undefined) return undefined;
  const progress = progressOf(record, call.world.clock.now());
  const index = indexOfItem(itemId);
  const { plan } = record;
  if (plan.kind !== "image" && progress.status !== recordStatus.success) return undefined;
  if (plan.kind === "video") return videoItem(record, plan, itemContext(call), "original");
  if (plan.kind === "audio") return audioItem(record, plan, itemContext(call));
  if (index >= progress.finishedItems) return undefined;
  return imageItem(record, plan, index, itemContext(call));
}

/** The endpoint that gives items in full quality; 3005 when none of them is there. */
export const localItemListEndpoint: Endpoint = {
  name: "local_item_list",
  path: "/mweb/v1/get_local_item_list",
  envelope: "mweb",
  handle: (call) => {
    const { item_id_list: ids } = checkBody(itemsSchema, call.body);
    call.countIds(ids.length);
    const items = ids.flatMap((id) => (/^\d+$/.test(id) ? (findItem(call, id) ?? []) : []));
    if (items.length === 0) throw new Refusal("3005", "item not found");
    return { item_list: items };
  },
};

/** The same for items that were published, which clients also ask for their own [S]. */
export const itemInfoEndpoint: Endpoint = {
  ...localItemListEndpoint,
  name: "item_info",
  path: "/mweb/v1/mget_item_info",
};

const listSchema = z.looseObject({
  count: z.int().min(1),
  cursor: z.union([z.string(), z.int()]).optional(),
  image_info: imageInfo.optional(),
});

/** The endpoint that lists an account's records, the newest first; 2008 without a count. */
export const historyListEndpoint: Endpoint = {
  name: "history_list",
  path: "/mweb/v1/get_history",
  envelope: "mweb",
  handle: (call) => {
    if (call.body["count"] === undefined) {
      throw new Refusal("2008", "param error", { reason: "count is missing" });
    }
    const requested = checkBody(listSchema, call.body);
    const before = Number(requested.cursor ?? "");
    const limit = Math.min(requested.count, maxPerPage);
    const { world, account } = call;
    const found = world.records.list({
      account: account.fingerprint,
      limit: limit + 1,
      before: Number.isSafeInteger(before) && before > 0 ? before : undefined,
    });
    const now = world.clock.now();
    const page = found.slice(0, limit);
    const context = { ...itemContext(call), scenes: scenesOf(requested.image_info) };
    return {
      records_list: page
        .map((record) => ({ record, progress: progressOf(record, now) }))
        .filter(({ progress }) => progress.visible)
        .map(({ record, progress }) => recordShape(record, progress, context)),
      has_more: found.length > limit,
      next_offset: page.at(-1)?.sequence ?? 0,
    };
  },
};

const queueSchema = z.looseObject({ history_ids: idList });

/** The endpoint that tells only the queue of records (fixture history_queue_info). */
export const queueInfoEndpoint: Endpoint = {
  name: "queue_info",
  path: "/mweb/v1/get_history_queue_info",
  envelope: "mweb",
  handle: (call) => {
    const { history_ids: ids } = checkBody(queueSchema, call.body);
    call.countIds(ids.length);
    const data: Record<string, unknown> = {};
    for (const id of ids) {
      const record = call.world.records.findByHistoryId(call.account.fingerprint, id);
      if (record === undefined) continue;
      const progress = progressOf(record, call.world.clock.now());
      if (!progress.visible) continue;
      const queue = record.plan.modelKey;
      data[id] = {
        status: 0,
        queue_info: {
          ...queueInfo(record, progress),
          debug_info: JSON.stringify({ queue_name: queue, matrix_req_key: `MImageGen:${queue}` }),
        },
        forecast_cost_time: {
          forecast_generate_cost: record.forecastSeconds,
          forecast_queue_cost: record.forecastQueueSeconds,
        },
      };
    }
    return data;
  },
};

const cancelSchema = z.looseObject({ history_id: z.string().min(1) });

function isRunning(record: GenerationRecord, now: number): boolean {
  const { status } = progressOf(record, now);
  return status !== recordStatus.success && status !== recordStatus.failed;
}

/** The endpoint that cancels a running record: it turns 30 and the credits return; 1000 when it has ended. */
export const cancelEndpoint: Endpoint = {
  name: "cancel",
  path: "/mweb/v1/aigc_draft/cancel_generate",
  envelope: "mweb",
  handle: (call) => {
    const { history_id: historyId } = checkBody(cancelSchema, call.body);
    const { world, account } = call;
    const record = world.records.findByHistoryId(account.fingerprint, historyId);
    const now = world.clock.now();
    if (record === undefined || !isRunning(record, now)) {
      throw invalidParameter("no running record of this account has that id");
    }
    record.cancelledAt = now;
    world.store.transact(() => {
      world.records.update(record, now);
      world.records.refund(record);
    });
    return {};
  },
};

const urisSchema = z.looseObject({ uris: idList });

/** The endpoint that signs pictures by URI: uploads of the account and results (fixture get_image_by_uri). */
export const imageByUriEndpoint: Endpoint = {
  name: "image_by_uri",
  path: "/mweb/v1/get_image_by_uri",
  envelope: "mweb",
  handle: (call) => {
    const { uris } = checkBody(urisSchema, call.body);
    const found: Record<string, unknown> = {};
    for (const uri of uris) {
      const picture = call.findPicture(uri);
      if (picture === undefined) continue;
      found[uri] = {
        image_uri: uri,
        image_url: call.world.links.image(call, uri),
        width: picture.width,
        height: picture.height,
        format: picture.format,
      };
    }
    return { uri2image: found };
  },
};
