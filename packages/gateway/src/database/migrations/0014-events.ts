// Adds the event log and the triggers that append to it what happens to jobs and their files, in the transaction of
// whoever writes the row. Forward only: a later change is a new file.

import { PostgresAdapter, sql } from "kysely";
import type { Kysely } from "kysely";

/** Creates the log, the positions up to which others have read it, and the triggers. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const isPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  await (isPostgres ? upOnPostgres(database) : upOnSqlite(database));
  await database.schema
    .createTable("event_cursors")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("position", "bigint", (column) => column.notNull())
    .execute();
}

async function upOnSqlite(database: Kysely<unknown>): Promise<void> {
  // AUTOINCREMENT: a position is never given twice, also after the newest rows were removed.
  await run(
    database,
    `create table events (
       position integer primary key autoincrement,
       type text not null,
       subject text not null,
       key_id text,
       account text,
       created_at bigint not null,
       data text,
       once_key text unique
     )`,
    `create trigger jobs_inserted after insert on jobs
     when new.status in ('queued', 'in_progress')
     begin
       insert into events (type, subject, key_id, account, created_at)
       values (case new.status when 'queued' then 'job.queued' else 'job.started' end,
         new.id, new.key_id, new.account_id, new.created_at);
     end`,
    `create trigger jobs_started after update of status, started_at on jobs
     when (old.started_at is null and new.started_at is not null)
       or (new.status = 'in_progress' and old.completed_at is not null)
     begin
       insert into events (type, subject, key_id, account, created_at)
       values ('job.started', new.id, new.key_id, new.account_id, new.updated_at);
     end`,
    `create trigger jobs_changed after update of status on jobs
     when old.status <> new.status and new.status <> 'in_progress'
     begin
       insert into events (type, subject, key_id, account, created_at)
       values ('job.' || new.status, new.id, new.key_id, new.account_id, new.updated_at);
     end`,
    `create trigger assets_inserted after insert on assets
     begin ${insertAssetEvents} end`,
    `create trigger assets_replaced after update of id on assets
     when old.id <> new.id
     begin ${insertAssetEvents} end`,
  );
}

// The owner is the job's; without its row (it is removed with its files) there is nobody to tell.
const insertAssetEvents = `
  insert into events (type, subject, key_id, account, created_at, data)
  select 'job.image', new.job_id, key_id, account_id, new.created_at,
    '{"asset_id":"' || new.id || '"}'
  from jobs where id = new.job_id;
  insert into events (type, subject, key_id, account, created_at, data)
  select 'asset.created', new.id, key_id, account_id, new.created_at,
    '{"job_id":"' || new.job_id || '"}'
  from jobs where id = new.job_id;`;

async function upOnPostgres(database: Kysely<unknown>): Promise<void> {
  await run(
    database,
    // A transaction takes its id early and may commit late: readers go by the position, which a row gets only once it is
    // committed (events/event-log.ts).
    `create table events (
       id bigint generated always as identity primary key,
       position bigint unique,
       type text not null,
       subject text not null,
       key_id text,
       account text,
       created_at bigint not null,
       data text,
       once_key text unique
     )`,
    `create index events_to_order on events (id) where position is null`,
    `create sequence event_positions`,
    `create function log_job_event() returns trigger language plpgsql as $$
     begin
       if tg_op = 'INSERT' then
         if new.status in ('queued', 'in_progress') then
           insert into events (type, subject, key_id, account, created_at)
           values (case new.status when 'queued' then 'job.queued' else 'job.started' end,
             new.id, new.key_id, new.account_id, new.created_at);
         end if;
         return null;
       end if;
       if (old.started_at is null and new.started_at is not null)
         or (new.status = 'in_progress' and old.completed_at is not null) then
         insert into events (type, subject, key_id, account, created_at)
         values ('job.started', new.id, new.key_id, new.account_id, new.updated_at);
       end if;
       if old.status <> new.status and new.status <> 'in_progress' then
         insert into events (type, subject, key_id, account, created_at)
         values ('job.' || new.status, new.id, new.key_id, new.account_id, new.updated_at);
       end if;
       return null;
     end $$`,
    `create trigger jobs_inserted after insert on jobs
     for each row execute function log_job_event()`,
    `create trigger jobs_changed after update of status, started_at on jobs
     for each row execute function log_job_event()`,
    `create function log_asset_event() returns trigger language plpgsql as $$
     begin ${insertAssetEvents} return null; end $$`,
    `create trigger assets_inserted after insert on assets
     for each row execute function log_asset_event()`,
    `create trigger assets_replaced after update of id on assets
     for each row when (old.id <> new.id) execute function log_asset_event()`,
  );
}

async function run(database: Kysely<unknown>, ...statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
