// Builds and parses the other calls about generations: full quality, queue, cancel, the account's own history.

import * as z from "zod";

import type { Forecast, GenerationKind } from "../../operation.ts";
import type { GenerationOutput, QueueInfo } from "../../requests.ts";
import { parseData } from "../transport/envelope.ts";
import { queueInfo, toOutput, toQueue } from "./history.ts";
import { itemSchema } from "./outputs.ts";
import type { UrlPolicy } from "./outputs.ts";
import { flag, list, number, textOrNumber } from "../transport/tolerant.ts";
import type { Call } from "../transport/transport.ts";

export { parseRecordPrompt } from "./record-prompt.ts";

/** Builds the call for items in full quality; a video's history URL is only a preview (history.md [C]). */
export function localItemsCall(itemIds: readonly string[], kind: GenerationKind): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/get_local_item_list",
    body: {
      item_id_list: itemIds,
      pack_item_opt: { scene: 1, need_data_integrity: true },
      is_for_video_download: kind === "video",
    },
  };
}

const localItemsSchema = z.looseObject({ item_list: list, local_item_list: list });

/** Reads items by id; unusable ones are left out. */
export function parseLocalItems(
  data: unknown,
  kind: GenerationKind,
  policy: UrlPolicy,
): Map<string, GenerationOutput> {
  const { item_list: items, local_item_list: localItems } = parseData(
    localItemsSchema,
    data,
    "get_local_item_list",
  );
  const found = new Map<string, GenerationOutput>();
  for (const value of items ?? localItems ?? []) {
    const parsed = itemSchema.safeParse(value);
    const output = parsed.success ? toOutput(parsed.data, kind, "", policy) : null;
    if (output !== null && output.itemId !== "") found.set(output.itemId, output);
  }
  return found;
}

/** Builds the call for places in the queue (history.md [R]). */
export function queueCall(historyIds: readonly string[]): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/get_history_queue_info",
    body: { history_ids: historyIds },
  };
}

const queueSchema = z.looseObject({
  queue_info: queueInfo,
  forecast_cost_time: z
    .looseObject({ forecast_generate_cost: number, forecast_queue_cost: number })
    .nullish()
    .catch(null),
});

/** A generation's place in the queue, and its forecast. */
export interface QueuePlace {
  queue: QueueInfo | null;
  forecast: Forecast | null;
}

/** Reads one entry of the queue answer; undefined when it is not one. */
export function parseQueuePlace(value: unknown): QueuePlace | undefined {
  const parsed = queueSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { queue_info: queue, forecast_cost_time: cost } = parsed.data;
  const generateSeconds = cost?.forecast_generate_cost ?? null;
  return {
    queue: toQueue(queue),
    forecast:
      generateSeconds === null
        ? null
        : { generateSeconds, queueSeconds: cost?.forecast_queue_cost ?? 0 },
  };
}

/** Builds the call that cancels; ret 0 means accepted, the record then fails with the refund message (history.md [R]). */
export function cancelCall(historyId: string): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/aigc_draft/cancel_generate",
    body: { history_id: historyId },
  };
}

/** Builds the call for the account's own history; without count it is refused (ret 2008, history.md [S]). */
export function historyListCall(count: number, cursor: string): Call {
  return { host: "mweb", path: "/mweb/v1/get_history", body: { count, cursor } };
}

const historyListSchema = z.looseObject({
  records_list: list,
  history_list: list,
  has_more: flag,
  next_offset: textOrNumber,
  next_cursor: textOrNumber,
});

/** Reads a page of raw records; two sources name its fields differently, both names are read. */
export function parseHistoryList(data: unknown): { records: unknown[]; cursor: string | null } {
  const page = parseData(historyListSchema, data, "get_history");
  const next = page.next_offset ?? page.next_cursor;
  return {
    records: page.records_list ?? page.history_list ?? [],
    cursor: page.has_more === true && next != null && next !== "" ? String(next) : null,
  };
}
