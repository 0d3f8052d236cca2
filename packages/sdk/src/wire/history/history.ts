// Parses a history record: status, counts, queue, outputs, failure.

import * as z from "zod";

import type { JimengError } from "../../errors.ts";
import type { Forecast, GenerationKind, Operation, Region } from "../../operation.ts";
import type { Generation, GenerationOutput, QueueInfo } from "../../requests.ts";
import { toRecordError } from "../failures/failures.ts";
import {
  isFailedItem,
  itemSchema,
  toAudioOutput,
  toImageOutput,
  toVideoOutput,
} from "./outputs.ts";
import type { Item, UrlPolicy } from "./outputs.ts";
import { list, number, text } from "../transport/tolerant.ts";

/** The record statuses that matter here (names of the site's own bundle, history.md). */
export const recordStatus = {
  /** Pre-check refused [conflict: one client family calls it success, hence items win]. */
  preCheckReject: 10,
  /** Failed, or cancelled by the user [C]. */
  generateFailed: 30,
  /** Output check refused [S]. */
  postCheckReject: 40,
  /** Done [C]. */
  success: 50,
  /** Deleted on the site [S]. */
  deleted: 100,
} as const;

const failureStatuses: ReadonlySet<number> = new Set([
  recordStatus.preCheckReject,
  recordStatus.generateFailed,
  recordStatus.postCheckReject,
  recordStatus.deleted,
]);

const itemList = list.transform((items) => items ?? []);

/** Schema of a place in the queue, as a record and the queue call show it (history.md). */
export const queueInfo = z
  .looseObject({ queue_idx: number, queue_length: number, queue_status: number })
  .nullish()
  .catch(null);

const recordSchema = z.looseObject({
  status: z.union([z.number(), z.string().regex(/^-?\d+$/)]).transform(Number),
  generate_type: number,
  history_record_id: text,
  submit_id: text,
  created_time: number,
  finish_time: number,
  item_list: itemList,
  failed_item_list: itemList,
  task: z.looseObject({ status: number }).nullish().catch(null),
  fail_code: text,
  fail_msg: text,
  fail_starling_key: text,
  fail_starling_message: text,
  forecast_generate_cost: number,
  forecast_queue_cost: number,
  pre_gen_item_ids: z.array(z.string()).nullish().catch(null),
  queue_info: queueInfo,
  model_info: z.looseObject({ model_req_key: text }).nullish().catch(null),
  total_image_count: number,
  finished_image_count: number,
  generate_id: text,
  draft_content: text,
});

/** A history record, as far as it is read. */
export type HistoryRecord = z.infer<typeof recordSchema>;

/** Reads a record; undefined when it is not one (no object, or no status). */
export function parseRecord(value: unknown): HistoryRecord | undefined {
  const parsed = recordSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

const videoGenerateType = 10;

/** Makes the handle of a record of another program, or of a lost answer; `kind` is the kind if the caller knows it. */
export function toOperation(
  record: HistoryRecord,
  submitId: string,
  region: Region,
  modelOf: (key: string) => { id: string; kind: GenerationKind } | undefined,
  kind?: GenerationKind,
): Operation {
  const model = modelOf(record.model_info?.model_req_key ?? "");
  return {
    version: 1,
    region,
    kind: kind ?? shownKind(record) ?? model?.kind ?? "image",
    model: model?.id ?? (record.model_info?.model_req_key || "unknown"),
    submitId,
    historyId: record.history_record_id,
    startedAt: null,
    forecast: toForecast(record),
    logid: record.generate_id || null,
  };
}

function shownKind({ generate_type: type, item_list: items }: HistoryRecord) {
  if (type === videoGenerateType) return "video";
  // Every captured record of a picture has a type; others still show what their items are.
  const first = itemSchema.safeParse(items[0]);
  if (!first.success || first.data.image != null) return undefined;
  if (first.data.video != null) return "video";
  return first.data.audio == null ? undefined : "audio";
}

/** Reads the upstream's own estimate in seconds (history.md [C]); null when it gives none. */
export function toForecast(record: HistoryRecord): Forecast | null {
  const { forecast_generate_cost: generateSeconds, forecast_queue_cost: queueSeconds } = record;
  return generateSeconds === null ? null : { generateSeconds, queueSeconds: queueSeconds ?? 0 };
}

/** Turns a record into a Generation by the decision table of history.md. */
export function toGeneration(
  record: HistoryRecord,
  operation: Operation,
  policy: UrlPolicy,
): Generation {
  const outputs = toOutputs(record, operation, policy);
  const failed = failureStatuses.has(record.status);
  const status = decide(record.status, outputs.length);
  const expectedCount = positiveOrNull(record.total_image_count);
  return {
    operation,
    status,
    outputs,
    partial:
      status === "completed" &&
      (failed || record.failed_item_list.length > 0 || outputs.length < (expectedCount ?? 0)),
    expectedCount,
    finishedCount: expectedCount === null ? null : record.finished_image_count,
    missingCount: Math.max(0, (expectedCount ?? 0) - outputs.length - refusedCount(record)),
    queue: toQueue(record.queue_info),
    forecast: toForecast(record),
    error: status === "failed" ? toFailure(record, operation) : null,
    createdAt: toMilliseconds(record.created_time),
    finishedAt: toMilliseconds(record.finish_time),
    upstreamStatus: record.status,
    reservedItemIds: record.pre_gen_item_ids ?? [],
    needsContinuation: isStalled(record, outputs.length),
    logid: record.generate_id || null,
  };
}

/** Number of pictures of a series that come before it must be continued (generate.md). */
const seriesStep = 4;
const queueFinished = 3;

/**
 * Tells whether a series waits to be continued: more are announced than the first step makes, all finished ones are
 * shown, and none is in progress. The status of such a record was never captured (open question 8).
 */
function isStalled(record: HistoryRecord, shown: number): boolean {
  const total = record.total_image_count ?? 0;
  const finished = record.finished_image_count ?? 0;
  return (
    !failureStatuses.has(record.status) &&
    total > seriesStep &&
    finished >= seriesStep &&
    finished < total &&
    shown >= finished &&
    record.queue_info?.queue_status === queueFinished
  );
}

function decide(status: number, usableItems: number): Generation["status"] {
  // A record may have status 50 without items for some polls; the caller's deadline ends that.
  if (status === recordStatus.success) return usableItems > 0 ? "completed" : "pending";
  if (failureStatuses.has(status)) return usableItems > 0 ? "completed" : "failed";
  return "pending";
}

function toOutputs(
  record: HistoryRecord,
  operation: Operation,
  policy: UrlPolicy,
): GenerationOutput[] {
  const outputs = record.item_list.flatMap((value, index): GenerationOutput[] => {
    const parsed = itemSchema.safeParse(value);
    if (!parsed.success) return [];
    const output = toOutput(parsed.data, operation.kind, `${operation.historyId}-${index}`, policy);
    return output === null ? [] : [output];
  });
  return distinct(outputs);
}

/** Counts the results that surely do not come: listed as failed, or shown with a failure code. */
function refusedCount({ item_list: items, failed_item_list: failed }: HistoryRecord): number {
  const shown = items.filter((value) => {
    const parsed = itemSchema.safeParse(value);
    return parsed.success && isFailedItem(parsed.data);
  });
  return shown.length + failed.length;
}

/** Removes items that are listed twice; two items with one id get ids of their own, so that neither is lost. */
function distinct(outputs: readonly GenerationOutput[]): GenerationOutput[] {
  const known = new Map<string, string>();
  return outputs.flatMap((output, index): GenerationOutput[] => {
    const place = placeOf(output.url);
    const other = known.get(output.itemId);
    known.set(output.itemId, other ?? place);
    if (other === undefined) return [output];
    return other === place ? [] : [{ ...output, itemId: `${output.itemId}-${index}` }];
  });
}

// One file has several hosts, and a signature that differs from poll to poll.
function placeOf(url: string): string {
  return new URL(url).pathname;
}

/** Turns an item into a picture, a video or a sound, according to the kind that was started. */
export function toOutput(
  item: Item,
  kind: GenerationKind,
  fallbackId: string,
  policy: UrlPolicy,
): GenerationOutput | null {
  if (kind === "audio") return toAudioOutput(item, fallbackId, policy);
  return kind === "video"
    ? toVideoOutput(item, fallbackId, policy)
    : toImageOutput(item, fallbackId, policy);
}

function toFailure(record: HistoryRecord, operation: Operation): JimengError {
  return toRecordError({
    failCode: record.fail_code,
    failKey: record.fail_starling_key,
    message: record.fail_starling_message || record.fail_msg,
    logid: record.generate_id || undefined,
    stage: toStage(record),
    isVideo: operation.kind === "video",
  });
}

function toStage(record: HistoryRecord): "prompt" | "output" | undefined {
  // task.status tells why a record is 30: 10 refused at submit, 40 refused after generation (history.md [R]).
  for (const status of [record.status, record.task?.status]) {
    if (status === recordStatus.preCheckReject) return "prompt";
    if (status === recordStatus.postCheckReject) return "output";
  }
  return undefined;
}

const queueStates = ["pending", "queued", "generating", "finished", "failed"] as const;

/** Reads a place in the queue; null when there is none. */
export function toQueue(queue: HistoryRecord["queue_info"]): QueueInfo | null {
  if (queue == null) return null;
  return {
    state: queueStates[queue.queue_status ?? -1] ?? "unknown",
    position: queue.queue_idx ?? 0,
    length: queue.queue_length ?? 0,
  };
}

function positiveOrNull(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

function toMilliseconds(seconds: number | null): number | null {
  return seconds !== null && seconds > 0 ? Math.round(seconds * 1000) : null;
}

const unknownStatus = -1;

/** Makes the generation of an operation whose record cannot be read: pending, nothing known. */
export function unreadableGeneration(operation: Operation): Generation {
  return {
    operation,
    status: "pending",
    outputs: [],
    partial: false,
    expectedCount: null,
    finishedCount: null,
    queue: null,
    forecast: operation.forecast,
    error: null,
    createdAt: null,
    finishedAt: null,
    upstreamStatus: unknownStatus,
    reservedItemIds: [],
    needsContinuation: false,
    logid: operation.logid,
  };
}

/** Reads a record's submit id; undefined when it has none. */
export function recordSubmitId(value: unknown): string | undefined {
  return parseRecord(value)?.submit_id || undefined;
}
