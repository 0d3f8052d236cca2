// Adds webhooks: the stored endpoints, what is delivered to them and to the addresses of single requests, and the address
// that a job's request named. Forward only: a later change is a new file.

import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Creates the tables and adds `jobs.webhook_url`, null for jobs that exist. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable("jobs").addColumn("webhook_url", "text").execute();
  await schema
    .createTable("webhooks")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("events", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("disabled", "integer", (column) => column.notNull())
    .addColumn("disabled_reason", "text")
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("previous_secret", "text")
    .addColumn("previous_until", "bigint")
    .addColumn("from_position", "bigint", (column) => column.notNull())
    .addColumn("failing_since", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("webhook_deliveries")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("webhook_id", "text")
    .addColumn("url", "text")
    .addColumn("position", "bigint", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("key_id", "text")
    .addColumn("account", "text")
    .addColumn("event_at", "bigint", (column) => column.notNull())
    .addColumn("data", "text")
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("next_at", "bigint")
    .addColumn("response_status", "integer")
    .addColumn("response_body", "text")
    .addColumn("error", "text")
    .addColumn("duration_ms", "integer")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("ended_at", "bigint")
    .execute();
  // An event goes to each target once; messages that are no events (tests) have the position 0.
  await sql`
    create unique index webhook_deliveries_once on webhook_deliveries (target, position, type)
    where position > 0
  `.execute(database);
  await sql`
    create index webhook_deliveries_due on webhook_deliveries (target, next_at)
    where next_at is not null
  `.execute(database);
  await sql`
    create index webhook_deliveries_overdue on webhook_deliveries (next_at)
    where next_at is not null
  `.execute(database);
  await schema
    .createIndex("webhook_deliveries_of_webhook")
    .on("webhook_deliveries")
    .columns(["webhook_id", "id"])
    .execute();
  await schema
    .createIndex("webhook_deliveries_subject")
    .on("webhook_deliveries")
    .columns(["subject", "id"])
    .execute();
  await sql`
    create index webhook_deliveries_ended on webhook_deliveries (ended_at)
    where ended_at is not null
  `.execute(database);
}
