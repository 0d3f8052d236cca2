// Removes what was long enough in the trash, and what is older or larger than the owner wants to keep. A deleted row is
// marked before its bytes go, so a sweep that dies is finished by the next one, and nothing is restored without bytes.

import type { Logger } from "@jimeng/sdk";

import type { AssetRow } from "../database/migrations/schema.ts";
import type { Assets } from "../storage/assets.ts";
import { deleteAssets, forgetBytes, trashAssets } from "./changes.ts";
import type { ChangeParts, Condition } from "./changes.ts";
import {
  add,
  agedRows,
  amountOf,
  countUntil,
  endedOnly,
  excessBytes,
  expiredRows,
  nothing,
  rowsBySize,
  rowsPerBatch,
  trashMs,
} from "./due.ts";
import type { Amount, Retention, SweepReport } from "./due.ts";

/** What a sweep works with. */
export interface SweepParts extends ChangeParts {
  assets: Pick<Assets, "discard">;
  logger: Logger;
  /** Told about rows that were changed. */
  onChanged: (rows: readonly AssetRow[]) => void;
}

/** Removes everything that is due. */
export async function sweepLibrary(parts: SweepParts, retention: Retention): Promise<SweepReport> {
  const now = parts.now();
  await finishDeleting(parts);
  const expired = await deleteExpired(parts, now);
  const aged = await trashAged(parts, now, retention);
  const excess = await deleteExcess(parts, now, retention);
  if (expired.files + aged.files + excess.files > 0) {
    parts.logger.info(
      { expired: expired.files, movedToTrash: aged.files, deletedForSize: excess.files },
      "Removed files from the library",
    );
  }
  return { expired, aged, excess };
}

/** Returns whether files wait for being removed. */
export async function hasFilesToRemove({ tables, now }: ChangeParts): Promise<boolean> {
  const pending = await tables
    .selectFrom("assets")
    .select("id")
    .where("trashed_at", "is not", null)
    .where("deleted_at", "is not", null)
    .limit(1)
    .execute();
  return pending.length > 0 || (await expiredRows({ tables }, now())).length > 0;
}

async function finishDeleting(parts: SweepParts): Promise<void> {
  for (;;) {
    const rows = await parts.tables
      .selectFrom("assets")
      .selectAll()
      .where("trashed_at", "is not", null)
      .where("deleted_at", "is not", null)
      .limit(rowsPerBatch)
      .execute();
    if (rows.length === 0) return;
    await removeBytes(parts, rows);
  }
}

async function removeBytes(parts: SweepParts, rows: readonly AssetRow[]): Promise<void> {
  await parts.assets.discard(rows.map((row) => ({ id: row.id, contentType: row.content_type })));
  await forgetBytes(
    parts,
    rows.map(({ id }) => id),
  );
  parts.onChanged(rows);
}

async function deleteExpired(parts: SweepParts, now: number): Promise<Amount> {
  let deleted = nothing;
  for (;;) {
    const rows = await endedOnly(parts, await expiredRows(parts, now));
    if (rows.length === 0) return deleted;
    deleted = add(
      deleted,
      await remove(parts, rows, (where) => where("trashed_at", "<=", now - trashMs)),
    );
  }
}

/** Deletes assets for good, those of them that meet the condition still; returns how much. */
async function remove(
  parts: SweepParts,
  rows: readonly AssetRow[],
  condition: Condition,
): Promise<Amount> {
  const ids = rows.map(({ id }) => id);
  const deleted = await deleteAssets(parts, ids, condition);
  parts.onChanged(deleted);
  await removeBytes(parts, deleted);
  return amountOf(deleted);
}

/** Moves what is too old into the trash: it can be restored as what its owner put there. */
async function trashAged(parts: SweepParts, now: number, { days }: Retention): Promise<Amount> {
  if (days === null) return nothing;
  let moved = nothing;
  for await (const rows of agedRows(parts, now, days)) {
    const trashed = await trashAssets(
      parts,
      rows.map(({ id }) => id),
    );
    parts.onChanged(trashed);
    moved = add(moved, amountOf(trashed));
  }
  return moved;
}

/**
 * Deletes the oldest assets until the rest is small enough: first those in the trash, then those that are not starred.
 * They do not go through the trash, for that would free no room.
 */
async function deleteExcess(
  parts: SweepParts,
  now: number,
  { gigabytes }: Retention,
): Promise<Amount> {
  if (gigabytes === null) return nothing;
  let excess = await excessBytes(parts, gigabytes);
  let deleted = nothing;
  for await (const rows of rowsBySize(parts, now)) {
    const enough = rows.slice(0, countUntil(rows, excess));
    if (enough.length === 0) return deleted;
    deleted = add(deleted, await remove(parts, enough, (where) => where("starred", "=", 0)));
    excess -= enough.reduce((sum, row) => sum + row.bytes, 0);
  }
  return deleted;
}
