// Finds the picture behind a URI, where the account may use it.

import { parseBody } from "./database.ts";
import type { GenerationRecord } from "./records/generation-record.ts";
import { progressOf, recordStatus } from "./records/progress.ts";
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
  isVideo: boolean;
}

/** Finds the record behind a result's URI or video object. */
export function findResult(
  world: World,
  uri: string,
): { source: MediaSource; record: GenerationRecord } | undefined {
  const row = world.store.database.prepare("SELECT body FROM media WHERE uri = ?").get(uri);
  const source = parseBody<MediaSource>(row);
  if (source === undefined) return undefined;
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
  if (source.isVideo || progressOf(record, world.clock.now()).status !== recordStatus.success) {
    return undefined;
  }
  return { width: record.plan.width, height: record.plan.height, format: "png" };
}
