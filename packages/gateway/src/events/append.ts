// Appends events to the log, within the transaction of whoever changed what they are about. What happens to jobs and their
// files is appended by the triggers of migration 0014.

import type { Insertable, Kysely } from "kysely";

import type { EventType } from "../api/event-words.ts";
import type { EventTable, Schema } from "../database/migrations/schema.ts";

/** One thing that happened. */
export interface NewEvent {
  type: EventType;
  /** The id of what it happened to: a job, an asset, an account's name, a key, a model. */
  subject: string;
  /** The owner of the subject: a key, or null for the local user. Events of accounts have none and go to admins only. */
  keyId?: string | null;
  account?: string | null;
  /** A small object; what can be read by the subject's id is left out. */
  data?: Readonly<Record<string, unknown>>;
  /** Of events with the same text only the first is kept: nodes and restarts notice the same thing again. */
  once?: string;
}

/** Appends events in the writer's transaction; `now` is Unix milliseconds. */
export async function appendEvents(
  transaction: Kysely<Schema>,
  now: number,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await transaction
    .insertInto("events")
    .values(events.map((event) => toRow(event, now)))
    .onConflict((conflict) => conflict.column("once_key").doNothing())
    .execute();
}

function toRow({ type, subject, keyId, account, data, once }: NewEvent, now: number) {
  return {
    type,
    subject,
    key_id: keyId ?? null,
    account: account ?? null,
    created_at: now,
    data: data === undefined ? null : JSON.stringify(data),
    once_key: once ?? null,
  } satisfies Insertable<EventTable>;
}
