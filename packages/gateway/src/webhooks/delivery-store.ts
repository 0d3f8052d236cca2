// Stores deliveries: what is due, what came of each attempt, and the log.

import type { Kysely } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { Schema, WebhookDeliveryTable } from "../database/migrations/schema.ts";
import { FixedStatements } from "../database/fixed-statements.ts";
import { createWriter } from "../database/writer.ts";
import { parseDelivery } from "./record.ts";
import type { Delivery } from "./record.ts";

/** What an attempt changed of a delivery. */
export type DeliveryChanges = Pick<
  Delivery,
  | "status"
  | "attempts"
  | "nextAt"
  | "responseStatus"
  | "responseBody"
  | "error"
  | "durationMs"
  | "endedAt"
>;

/** Which deliveries a list shows. */
export interface DeliveryFilter {
  webhookId?: string;
  /** The id of the job that they tell of, for those to the address of its request. */
  jobId?: string;
  status?: Delivery["status"];
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** Reads and writes deliveries. */
export interface DeliveryStore {
  insert(delivery: Delivery): Promise<void>;
  get(id: string): Promise<Delivery | undefined>;
  /** Returns the deliveries of a target whose time has come, the longest due first. */
  due(target: string, now: number, limit: number): Promise<Delivery[]>;
  /** Returns when the next attempt of a target is due; null without any. */
  nextAt(target: string): Promise<number | null>;
  /** Returns the targets with attempts that were due before a time. */
  overdueTargets(before: number, limit: number): Promise<string[]>;
  /** Returns every target with attempts that are due some time, and when. */
  waitingTargets(): Promise<{ target: string; nextAt: number }[]>;
  /** Stores what came of an attempt. */
  record(id: string, changes: DeliveryChanges): Promise<void>;
  /** Makes a delivery due now, as if it were new. */
  renew(id: string, now: number): Promise<void>;
  /** Gives up what still waits for a target. */
  giveUp(target: string, error: string, now: number): Promise<void>;
  list(filter: DeliveryFilter): Promise<{ deliveries: Delivery[]; hasMore: boolean }>;
  /** Removes up to `limit` deliveries that ended before a time; returns how many. */
  removeEnded(before: number, limit: number): Promise<number>;
}

/** Opens the deliveries of a database. */
export function createDeliveryStore(database: GatewayDatabase): DeliveryStore {
  const { tables } = database;
  const writer = createWriter(database);
  const statements = new FixedStatements();
  const write = <T>(apply: (transaction: Kysely<Schema>) => Promise<T>): Promise<T> =>
    writer.write(apply, { statements: "one" });
  const ofTarget = (target: string) =>
    tables.selectFrom("webhook_deliveries").where("target", "=", target);
  return {
    async insert(delivery) {
      await write((transaction) => insertDeliveries(transaction, [delivery]));
    },

    async get(id) {
      const row = await tables
        .selectFrom("webhook_deliveries")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row && parseDelivery(row);
    },

    async due(target, now, limit) {
      const rows = await ofTarget(target)
        .selectAll()
        .where("next_at", "<=", now)
        .orderBy("next_at")
        .orderBy("position")
        .limit(limit)
        .execute();
      return rows.map(parseDelivery);
    },

    async nextAt(target) {
      const row = await ofTarget(target)
        .select("next_at")
        .where("next_at", "is not", null)
        .orderBy("next_at")
        .limit(1)
        .executeTakeFirst();
      return row?.next_at ?? null;
    },

    overdueTargets: (before, limit) => overdueTargets(tables, before, limit),

    waitingTargets: () => waitingTargets(tables),

    async record(id, changes) {
      const columns = toChangedColumns(changes);
      const values = [...Object.values(columns), id];
      await write((transaction) =>
        statements.run(transaction, "record", values, () =>
          transaction.updateTable("webhook_deliveries").set(columns).where("id", "=", id),
        ),
      );
    },

    async renew(id, now) {
      await write((transaction) =>
        transaction
          .updateTable("webhook_deliveries")
          .set({ status: "pending", attempts: 0, next_at: now, ended_at: null })
          .where("id", "=", id)
          .execute(),
      );
    },

    async giveUp(target, error, now) {
      await write((transaction) =>
        transaction
          .updateTable("webhook_deliveries")
          .set({ status: "failed", next_at: null, error, ended_at: now })
          .where("target", "=", target)
          .where("next_at", "is not", null)
          .execute(),
      );
    },

    list: (filter) => listDeliveries(tables, filter),

    removeEnded: (before, limit) => write((transaction) => removeEnded(transaction, before, limit)),
  };
}

async function removeEnded(
  transaction: Kysely<Schema>,
  before: number,
  limit: number,
): Promise<number> {
  const old = transaction
    .selectFrom("webhook_deliveries")
    .select("id")
    .where("ended_at", "<", before)
    .limit(limit);
  const { numDeletedRows } = await transaction
    .deleteFrom("webhook_deliveries")
    .where("id", "in", old)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function overdueTargets(
  tables: Kysely<Schema>,
  before: number,
  limit: number,
): Promise<string[]> {
  const rows = await tables
    .selectFrom("webhook_deliveries")
    .select(({ fn }) => ["target", fn.min("next_at").as("next")])
    .where("next_at", "<", before)
    .groupBy("target")
    .orderBy("next")
    .limit(limit)
    .execute();
  return rows.map(({ target }) => target);
}

async function waitingTargets(
  tables: Kysely<Schema>,
): Promise<{ target: string; nextAt: number }[]> {
  const rows = await tables
    .selectFrom("webhook_deliveries")
    .select(({ fn }) => ["target", fn.min("next_at").as("next")])
    .where("next_at", "is not", null)
    .groupBy("target")
    .execute();
  return rows.map(({ target, next }) => ({ target, nextAt: Number(next) }));
}

const rowsPerInsert = 64;

/** Stores deliveries within a transaction; those that are stored already stay as they are. */
export async function insertDeliveries(
  transaction: Kysely<Schema>,
  deliveries: readonly Delivery[],
): Promise<void> {
  for (let at = 0; at < deliveries.length; at += rowsPerInsert) {
    await transaction
      .insertInto("webhook_deliveries")
      .values(deliveries.slice(at, at + rowsPerInsert).map(toRow))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function listDeliveries(
  tables: Kysely<Schema>,
  { webhookId, jobId, status, after, limit, order }: DeliveryFilter,
): Promise<{ deliveries: Delivery[]; hasMore: boolean }> {
  let query = tables.selectFrom("webhook_deliveries").selectAll();
  if (webhookId !== undefined) query = query.where("webhook_id", "=", webhookId);
  if (jobId !== undefined) query = query.where("subject", "=", jobId).where("url", "is not", null);
  if (status !== undefined) query = query.where("status", "=", status);
  if (after !== undefined) query = query.where("id", order === "asc" ? ">" : "<", after);
  const rows = await query
    .orderBy("id", order)
    .limit(limit + 1)
    .execute();
  return { deliveries: rows.slice(0, limit).map(parseDelivery), hasMore: rows.length > limit };
}

function toChangedColumns(changes: DeliveryChanges) {
  return {
    status: changes.status,
    attempts: changes.attempts,
    next_at: changes.nextAt,
    response_status: changes.responseStatus,
    response_body: changes.responseBody,
    error: changes.error,
    duration_ms: changes.durationMs,
    ended_at: changes.endedAt,
  };
}

function toRow(delivery: Delivery): WebhookDeliveryTable {
  return {
    id: delivery.id,
    target: delivery.target,
    webhook_id: delivery.webhookId,
    url: delivery.url,
    position: delivery.position,
    type: delivery.type,
    subject: delivery.subject,
    key_id: delivery.keyId,
    account: delivery.account,
    event_at: delivery.eventAt,
    data: delivery.data === null ? null : JSON.stringify(delivery.data),
    created_at: delivery.createdAt,
    ...toChangedColumns(delivery),
  };
}
