// Creates the audit log: who did what with which key. Rows are never changed; old ones are removed. Forward only: a later
// change is a new file.

import { PostgresAdapter, sql } from "kysely";
import type { Kysely } from "kysely";

/** Creates the table, and the triggers that refuse every change of a row. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("audit")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("route", "text", (column) => column.notNull())
    .addColumn("status", "integer", (column) => column.notNull())
    .addColumn("code", "text")
    .addColumn("key_id", "text")
    .addColumn("address", "text")
    .addColumn("subjects", "text", (column) => column.notNull())
    .addColumn("user_text", "text")
    .addColumn("request_id", "text")
    .addColumn("left_out", "integer", (column) => column.notNull())
    .execute();
  await database.schema.createIndex("audit_time").on("audit").column("created_at").execute();
  const isPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  const statements = isPostgres ? onPostgres : onSqlite;
  for (const statement of statements) await sql.raw(statement).execute(database);
}

const onSqlite = [
  `create trigger audit_unchanged before update on audit
   begin select raise(abort, 'rows of the audit log are never changed'); end`,
];

const onPostgres = [
  `create function refuse_audit_change() returns trigger language plpgsql as $$
   begin raise exception 'rows of the audit log are never changed'; end $$`,
  `create trigger audit_unchanged before update on audit
   for each row execute function refuse_audit_change()`,
];
