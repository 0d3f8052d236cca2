// Stores the endpoints.

import type { Kysely } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { Schema, WebhookTable } from "../database/migrations/schema.ts";
import { createWriter } from "../database/writer.ts";
import { appendEvents } from "../events/append.ts";
import { parseWebhook } from "./record.ts";
import type { Webhook } from "./record.ts";

/** Reads and writes endpoints. */
export interface WebhookStore {
  insert(webhook: Webhook): Promise<void>;
  get(id: string): Promise<Webhook | undefined>;
  /** Returns all endpoints, the oldest first. */
  list(): Promise<Webhook[]>;
  /** Changes an endpoint; false when it is gone. */
  update(id: string, changes: Partial<Webhook>): Promise<boolean>;
  /** Removes an endpoint with its deliveries; false when it is gone. */
  remove(id: string): Promise<boolean>;
  /** Disables an endpoint that failed for too long, with an event; false when it is disabled or gone already. */
  disable(id: string, reason: string, now: number): Promise<boolean>;
}

/** Opens the endpoints of a database. */
export function createWebhookStore(database: GatewayDatabase): WebhookStore {
  const { tables } = database;
  const writer = createWriter(database);
  return {
    async insert(webhook) {
      const row = toColumns(webhook) as WebhookTable;
      await writer.write(
        (transaction) => transaction.insertInto("webhooks").values(row).execute(),
        { statements: "one" },
      );
    },

    async get(id) {
      const row = await tables
        .selectFrom("webhooks")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row && parseWebhook(row);
    },

    list: () => listWebhooks(tables),

    async update(id, changes) {
      const { numUpdatedRows } = await writer.write(
        (transaction) =>
          transaction
            .updateTable("webhooks")
            .set(toColumns(changes))
            .where("id", "=", id)
            .executeTakeFirst(),
        { statements: "one" },
      );
      return numUpdatedRows > 0n;
    },

    remove: (id) =>
      writer.write(async (transaction) => {
        await transaction.deleteFrom("webhook_deliveries").where("webhook_id", "=", id).execute();
        const { numDeletedRows } = await transaction
          .deleteFrom("webhooks")
          .where("id", "=", id)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),

    disable: (id, reason, now) =>
      writer.write(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable("webhooks")
          .set({ disabled: 1, disabled_reason: reason, updated_at: now })
          .where("id", "=", id)
          .where("disabled", "=", 0)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await appendEvents(transaction, now, [
          { type: "webhook.disabled", subject: id, data: { reason } },
        ]);
        return true;
      }),
  };
}

/** Reads all endpoints, the oldest first. */
export async function listWebhooks(tables: Kysely<Schema>): Promise<Webhook[]> {
  const rows = await tables.selectFrom("webhooks").selectAll().orderBy("id").execute();
  return rows.map(parseWebhook);
}

const columnOf: { [Field in keyof Webhook]: (value: Webhook[Field]) => Partial<WebhookTable> } = {
  id: (id) => ({ id }),
  url: (url) => ({ url }),
  events: (value) => ({ events: JSON.stringify(value) }),
  description: (description) => ({ description }),
  disabled: (value) => ({ disabled: value ? 1 : 0 }),
  disabledReason: (value) => ({ disabled_reason: value }),
  secret: (secret) => ({ secret }),
  previousSecret: (value) => ({ previous_secret: value }),
  previousUntil: (value) => ({ previous_until: value }),
  fromPosition: (value) => ({ from_position: value }),
  failingSince: (value) => ({ failing_since: value }),
  createdAt: (value) => ({ created_at: value }),
  updatedAt: (value) => ({ updated_at: value }),
};

function toColumns(changes: Partial<Webhook>): Partial<WebhookTable> {
  const columns: Partial<WebhookTable> = {};
  for (const [field, value] of Object.entries(changes)) {
    // columnOf pairs each field with a function of its own type; TypeScript cannot follow that through a loop.
    const toColumn = columnOf[field as keyof Webhook] as (value: unknown) => Partial<WebhookTable>;
    if (value !== undefined) Object.assign(columns, toColumn(value));
  }
  return columns;
}
