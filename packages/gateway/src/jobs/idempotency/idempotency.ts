// One wish makes one set of jobs: idempotency keys, and joining a job whose answer nobody got. Contracts 9 says the
// rules.

import { JimengError } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import { ServiceError } from "../../errors.ts";
import type { Schema } from "../../database/migrations/schema.ts";
import type { Writer } from "../../database/writer.ts";
import type { Ticket } from "../job.ts";
import { joinEarlier, take, wishLifetimeMs } from "./joining.ts";
import type { JobRecord } from "../record.ts";
import { insertRows, rowsPerInsert } from "../store.ts";
import type { Waiters } from "./caller-presence.ts";

/** What was found or stored for a wish. */
export interface Found {
  ids: string[];
  how: "created" | "replayed" | "joined";
}

/** Keeps the promise that a wish is paid once. */
export interface Promises {
  /** Gives the jobs of an earlier request of the same wish, now waited for by `waiter`; undefined without any. */
  recall(ticket: Ticket, waiter: string, now: number): Promise<Found | undefined>;
  /** Recalls, or stores the rows, with the key in the same transaction. */
  order(records: JobRecord[], ticket: Ticket, waiter: string, now: number): Promise<Found>;
  /** Writes down that the answer went out. */
  delivered(ids: string[], now: number): Promise<void>;
  /** Writes down that the connection was lost, unless another waits by now. */
  lost(ids: string[], waiter: string, now: number): Promise<void>;
  /** Takes back that the answer went out, unless another waits by now. */
  unread(ids: string[], now: number): Promise<void>;
  /** Leaves to the next request of the wish whatever this one made or took, not knowing what that was. */
  abandon(ticket: Ticket, waiter: string, now: number): Promise<void>;
  /** Forgets keys whose time is over. */
  forgetOldKeys(now: number): Promise<void>;
}

/**
 * Makes the keeper over the store's own writer; `isShared` says that other processes write to the same tables.
 */
export function createPromises(
  writer: Writer,
  waiters: Waiters,
  { isShared = false }: { isShared?: boolean } = {},
): Promises {
  async function recallKey(
    transaction: Kysely<Schema>,
    ticket: Ticket,
    waiter: string,
    now: number,
  ): Promise<Found | undefined> {
    const row = await readKey(transaction, ticket, now);
    if (row === undefined) return undefined;
    const ids = idsOf(row, ticket);
    await take(transaction, ids, waiter);
    return { ids, how: "replayed" };
  }

  async function find(
    transaction: Kysely<Schema>,
    ticket: Ticket,
    waiter: string,
    now: number,
  ): Promise<Found | undefined> {
    if (ticket.key !== null) return recallKey(transaction, ticket, waiter, now);
    if (ticket.join === "never") return undefined;
    const ids = await joinEarlier(transaction, ticket, { waiter, waiters, now });
    return ids && { ids, how: "joined" };
  }

  /** Stores what no earlier request of the wish has stored. Two without a key are two wishes, unless one was left. */
  function orderWithoutKey({ records, ticket, waiter, now, isAgain }: Attempt): Promise<Found> {
    // Elsewhere a caller may repeat while a slow statement stores what it asked for first: that is taken back.
    const mayLeave = isShared && ticket.join !== "never";
    const statements = mayLeave || records.length > rowsPerInsert ? "several" : "one";
    return writer.write(
      async (transaction) => {
        if (isAgain && (await isStored(transaction, records))) return created(records);
        const found = await find(transaction, ticket, waiter, now);
        if (found !== undefined) return found;
        refuseGone(ticket);
        await insertRows(transaction, records);
        if (mayLeave) refuseGone(ticket);
        return created(records);
      },
      { statements },
    );
  }

  function orderByKey({ records, ticket, waiter, now }: Attempt): Promise<Found> {
    return writer.write(async (transaction) => {
      refuseGone(ticket);
      const owner = ownerOf(ticket);
      const key = ticket.key ?? "";
      await transaction
        .deleteFrom("idempotency_keys")
        .where("owner", "=", owner)
        .where("key", "=", key)
        .where("expires_at", "<=", now)
        .execute();
      // Of two requests of one moment, on whatever nodes, the unique key lets one in; the other waits here for
      // the first one's commit and then finds its jobs.
      const inserted = await transaction
        .insertInto("idempotency_keys")
        .values({
          owner,
          key,
          body_hash: ticket.bodyHash,
          job_ids: JSON.stringify(created(records).ids),
          expires_at: now + wishLifetimeMs,
        })
        .onConflict((conflict) => conflict.columns(["owner", "key"]).doNothing())
        .returning("key")
        .execute();
      if (inserted.length === 0) {
        const known = await recallKey(transaction, ticket, waiter, now);
        if (known === undefined) throw new Error("an idempotency key vanished");
        return known;
      }
      await insertRows(transaction, records);
      return created(records);
    });
  }

  return {
    // Each statement stands for itself: a compare-and-set, or a mark that the next one may overwrite.
    async recall(ticket, waiter, now) {
      const look = () =>
        writer.write((transaction) => find(transaction, ticket, waiter, now), {
          statements: "one",
        });
      try {
        return await look();
      } catch (error) {
        if (JimengError.isInstance(error)) throw error;
        // What the first try took is found again: it is taken by this very request.
        return await look();
      }
    },

    async order(records, ticket, waiter, now) {
      const order = ticket.key === null ? orderWithoutKey : orderByKey;
      try {
        return await order({ records, ticket, waiter, now, isAgain: false });
      } catch (error) {
        if (JimengError.isInstance(error)) throw error;
        // The answer to a commit may be lost with its connection: the very same rows are offered once more.
        const found = await order({ records, ticket, waiter, now, isAgain: true });
        return found.ids[0] === records[0]?.id ? created(records) : found;
      }
    },

    async delivered(ids, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ delivered_at: now, waiter: null, undelivered_at: null })
            .where("id", "in", ids)
            .execute(),
        { statements: "one" },
      );
    },

    async lost(ids, waiter, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ waiter: null, undelivered_at: now })
            .where("id", "in", ids)
            .where("waiter", "=", waiter)
            .execute(),
        { statements: "one" },
      );
    },

    async unread(ids, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ delivered_at: null, undelivered_at: now })
            .where("id", "in", ids)
            .where("waiter", "is", null)
            .execute(),
        { statements: "one" },
      );
    },

    async abandon({ bodyHash }, waiter, now) {
      await writer.write(
        (transaction) =>
          transaction
            .updateTable("jobs")
            .set({ waiter: null, undelivered_at: now })
            .where("body_hash", "=", bodyHash)
            .where("waiter", "=", waiter)
            .execute(),
        { statements: "one" },
      );
    },

    async forgetOldKeys(now) {
      await writer.write(
        (transaction) =>
          transaction.deleteFrom("idempotency_keys").where("expires_at", "<=", now).execute(),
        { statements: "one" },
      );
    },
  };
}

interface Attempt {
  records: JobRecord[];
  ticket: Ticket;
  waiter: string;
  now: number;
  /** Says that the rows may be there already, by a first try whose answer was lost. */
  isAgain: boolean;
}

async function isStored(transaction: Kysely<Schema>, [first]: JobRecord[]): Promise<boolean> {
  const row = await transaction
    .selectFrom("jobs")
    .select("id")
    .where("id", "=", first?.id ?? "")
    .executeTakeFirst();
  return row !== undefined;
}

function created(records: JobRecord[]): Found {
  return { ids: records.map(({ id }) => id), how: "created" };
}

/** Throws `cancelled` for a caller who has left: its next request must not find a second wish beside its own. */
function refuseGone({ gone }: Ticket): void {
  if (gone?.aborted) throw new JimengError("cancelled", "The caller has left.", { charged: "no" });
}

function ownerOf({ keyId }: Ticket): string {
  return keyId ?? "";
}

function readKey(tables: Kysely<Schema>, ticket: Ticket, now: number) {
  return tables
    .selectFrom("idempotency_keys")
    .select(["body_hash", "job_ids"])
    .where("owner", "=", ownerOf(ticket))
    .where("key", "=", ticket.key ?? "")
    .where("expires_at", ">", now)
    .executeTakeFirst();
}

function idsOf(row: { body_hash: string; job_ids: string }, ticket: Ticket): string[] {
  if (row.body_hash === ticket.bodyHash) return JSON.parse(row.job_ids) as string[];
  throw new ServiceError(
    "idempotency_key_reused",
    "This Idempotency-Key was used for another request within the last 24 hours.",
    {
      param: "Idempotency-Key",
      charged: "no",
      fix: "Use a new key for a new request; send the same request with the old one.",
    },
  );
}
