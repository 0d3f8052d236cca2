// A fresh database for one test, on the engine that this run of the tests is about: SQLite in a temporary folder, or a
// database of its own on the PostgreSQL that the vitest project "postgres" brings. Imported by tests only.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Logger } from "@jimeng/sdk";
import pg from "pg";
import { inject } from "vitest";

import { openBossDispatcher } from "../tasks/boss-dispatcher.ts";
import { openDatabase } from "../database/database.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { openPostgres } from "../database/postgres.ts";
import { DatabaseSync } from "../database/sqlite.ts";
import { systemClock } from "../clock.ts";

/** Where one test's database lies. */
export interface TestDatabase {
  dataDir: string;
  /** Null on SQLite. */
  url: string | null;
  /** Opens it, as often as a test wants. */
  open(): Promise<GatewayDatabase>;
  /** Cuts off everybody who uses it, as the death of their process would, and lets their leases and claims lapse. */
  cutOff(database: GatewayDatabase): Promise<void>;
  /** Reads a row of `jobs` through a connection of its own: only what was committed is seen. */
  committed(id: string): Promise<Record<string, unknown> | undefined>;
  remove(): Promise<void>;
}

/** Names the engine that this run is about. */
export function testEngine(): "sqlite" | "postgres" {
  return typeof inject("postgresUrl") === "string" ? "postgres" : "sqlite";
}

/** Makes an empty database. */
export async function makeTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "jimeng-test-"));
  if (testEngine() === "sqlite") return embedded(dataDir);
  return onServer(dataDir, emptied.pop() ?? (await makeDatabase()));
}

// Emptying one takes a fiftieth of making one.
const emptied: string[] = [];

/** Makes an empty PostgreSQL database from one that has all tables, and gives its address. */
export async function makeDatabase(): Promise<string> {
  const template = `${inject("postgresPrefix")}_template`;
  await query(maintenanceUrl(), async (client) => {
    // The first of all test files makes the template; the others wait for it here.
    await client.query("select pg_advisory_lock(1)");
    const { rows } = await client.query("select 1 from pg_database where datname = $1", [template]);
    if (rows.length === 0) await makeTemplate(client, template);
    await client.query("select pg_advisory_unlock(1)");
  });
  const name = `${inject("postgresPrefix")}_${process.pid}_${databases++}`;
  await query(maintenanceUrl(), (client) =>
    client.query(`create database ${name} template ${template}`),
  );
  return urlOf(name);
}

let databases = 0;
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

async function makeTemplate(client: pg.Client, template: string): Promise<void> {
  await client.query(`create database ${template}_raw`);
  const url = urlOf(`${template}_raw`);
  const { tables } = await openPostgres(url);
  await tables.destroy();
  const dispatcher = await openBossDispatcher({ url, clock: systemClock, logger: silent });
  await dispatcher.stop();
  await client.query(`alter database ${template}_raw rename to ${template}`);
}

function embedded(dataDir: string): TestDatabase {
  return {
    dataDir,
    url: null,
    open: () => openDatabase({ dataDir }),
    cutOff: (database) => database.close(),
    committed(id) {
      const connection = new DatabaseSync(join(dataDir, "jimeng.db"), { readOnly: true });
      const row = connection.prepare("SELECT * FROM jobs WHERE id = ?").get(id);
      connection.close();
      return Promise.resolve(row);
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

function onServer(dataDir: string, url: string): TestDatabase {
  const name = new URL(url).pathname.slice(1);
  return {
    dataDir,
    url,
    open: () => openDatabase({ dataDir, databaseUrl: url }),
    async cutOff(database) {
      const closed = database.close().catch(() => undefined);
      await query(maintenanceUrl(), (client) =>
        client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
          name,
        ]),
      );
      await closed;
      await query(url, async (client) => {
        await client.query("delete from pgboss.job");
        await client.query("update pollers set lease_until = 0");
        await client.query("update nodes set alive_until = 0");
      });
    },
    committed: (id) =>
      query(url, async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(
          "select * from jobs where id = $1",
          [id],
        );
        return rows[0];
      }),
    async remove() {
      await query(url, async (client) => {
        await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        const { rows } = await client.query<{ name: string }>(
          `select tablename as name from pg_tables
           where schemaname = 'public' and tablename not like 'kysely%'
           order by tablename in ('jobs', 'batches')`,
        );
        for (const row of rows) await client.query(`delete from "${row.name}"`);
        await client.query("delete from pgboss.job");
      });
      emptied.push(url);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function maintenanceUrl(): string {
  return inject("postgresUrl");
}

function urlOf(name: string): string {
  const url = new URL(maintenanceUrl());
  url.pathname = `/${name}`;
  return url.href;
}

async function query<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
