// Finds the result behind a URI or an item id, where the account may use it.

import { parseBody } from "./database.ts";
import type { KnownItem } from "./drafts/draft-check.ts";
import type { GenerationRecord } from "./records/generation-record.ts";
import { progressOf, recordStatus } from "./records/progress.ts";
import { indexOfItem } from "./records/records.ts";
import { imageUriOf, videoIdOf } from "./shapes/item-shape.ts";
import type { World } from "./world.ts";

/** The picture behind a URI. */
export interface Picture {
  width: number;
  height: number;
  format: string;
}

/** The record and item that a stored file belongs to. */
export interface MediaSource {
  historyId: string;
  index: number;
  kind: "image" | "video" | "audio";
}

/** A source as it is stored; folders of an earlier version have `isVideo` instead of a kind. */
interface StoredSource extends Omit<MediaSource, "kind"> {
  kind?: MediaSource["kind"];
  isVideo?: boolean;
}

/** Finds the record behind a result's URI or video object. */
export function findResult(
  world: World,
  uri: string,
): { source: MediaSource; record: GenerationRecord } | undefined {
  const row = world.store.database.prepare("SELECT body FROM media WHERE uri = ?").get(uri);
  const stored = parseBody<StoredSource>(row);
  if (stored === undefined) return undefined;
  const source = { ...stored, kind: stored.kind ?? (stored.isVideo === true ? "video" : "image") };
  const record = world.records.findAny(source.historyId);
  return record === undefined ? undefined : { source, record };
}

/** Finds a picture that an account uploaded and committed, or that one of its finished records holds. */
export function findPicture(world: World, account: string, uri: string): Picture | undefined {
  const upload = world.uploads.findCommitted(account, uri);
  if (upload?.facts?.kind === "image") return upload.facts;
  const result = findResult(world, uri);
  if (result === undefined || result.record.account !== account) return undefined;
  const { record, source } = result;
  if (
    source.kind !== "image" ||
    progressOf(record, world.clock.now()).status !== recordStatus.success
  ) {
    return undefined;
  }
  return { width: record.plan.width, height: record.plan.height, format: "png" };
}

/** Finds a finished result of an account by its item id. */
export function findItem(world: World, account: string, itemId: string): KnownItem | undefined {
  const row = world.store.database
    .prepare("SELECT history_id FROM items WHERE item_id = ?")
    .get(itemId);
  const record = world.records.findByHistoryId(account, String(row?.["history_id"] ?? ""));
  if (record === undefined) return undefined;
  const { plan, historyId } = record;
  const index = indexOfItem(itemId);
  if (index >= progressOf(record, world.clock.now()).finishedItems) return undefined;
  return {
    kind: plan.kind,
    historyId,
    uri: plan.kind === "image" ? imageUriOf(record, index) : videoIdOf(record),
    width: plan.width,
    height: plan.height,
    prompt: plan.prompt,
    durationMs: plan.kind === "image" ? 0 : plan.durationMs,
  };
}
