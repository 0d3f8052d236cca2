// Opens a PostgreSQL that several nodes may share. Loaded only when DATABASE_URL is set.

import { setTimeout as sleep } from "node:timers/promises";

import { JimengError } from "@jimeng/sdk";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";

import { toOneLine } from "../errors.ts";
import { isDatabaseAway } from "./away.ts";
import { migrate } from "./migrations/index.ts";
import type { Schema } from "./migrations/schema.ts";

// PostgreSQL's default allows 100 connections in all: four nodes and their queues stay below.
const maxConnections = 12;
const connectTimeoutMs = 10_000;
// A restart or a failover takes seconds.
const restartPatienceMs = 10_000;
const firstWaitMs = 25;
const maxWaitMs = 500;
// The oldest server that is supported, as `server_version_num` says it.
const minVersion = 150_000;
// Object ids of PostgreSQL's own types (pg_type.dat).
const int8Type = 20;

/**
 * Opens a PostgreSQL from version 15 and brings its tables up to date, under PostgreSQL's own lock, so that many
 * nodes may start at one moment. Throws `invalid_request` (param DATABASE_URL), never repeating the address.
 */
export async function openPostgres(
  url: string,
): Promise<{ tables: Kysely<Schema>; pool: pg.Pool }> {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: "jimeng",
    types,
  });
  // A broken connection is replaced, and its query fails. Without these listeners, an error of an idle connection or
  // of one between two queries would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  let isOpen = false;
  const patientPool = {
    connect: () => (isOpen ? connectPatiently(pool) : pool.connect()),
    end: () => pool.end(),
    options: pool.options,
  };
  const tables = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: patientPool }) });
  try {
    await checkVersion(tables);
    await migrate(tables, {
      title: "DATABASE_URL: the database",
      param: "DATABASE_URL",
      bringBack: "an empty database and `jimeng restore --from <backup>`",
    });
    // A wrong address fails at once; a server that was there before is waited for.
    isOpen = true;
  } catch (cause) {
    await tables.destroy();
    if (JimengError.isInstance(cause)) throw cause;
    throw unusable(`cannot be opened: ${toOneLine(cause)}`, cause);
  }
  return { tables, pool };
}

/** Connects, waiting through a restart of the server: nothing was sent yet, so nothing can be done twice. */
async function connectPatiently(pool: pg.Pool): Promise<pg.PoolClient> {
  const giveUpAt = performance.now() + restartPatienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() + waitMs > giveUpAt) throw error;
    }
    await sleep(waitMs);
  }
}

async function checkVersion(tables: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ version: string }>`
    select current_setting('server_version_num') as version
  `.execute(tables);
  if (Number(rows[0]?.version) < minVersion) throw unusable("is older than PostgreSQL 15");
}

/** Returns the error (`invalid_request`, param DATABASE_URL) of a database that cannot be used; it never has the address. */
export function unusable(problem: string, cause?: unknown): JimengError {
  return new JimengError("invalid_request", `DATABASE_URL: the database ${problem}.`, {
    cause,
    param: "DATABASE_URL",
    fix: "Check that the server runs, that user and password are right, and that it is PostgreSQL 15 or newer.",
  });
}

/** Reads PostgreSQL's values: our bigints are milliseconds, bytes and counts: all far below 2^53. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((type: number, format?: "text" | "binary"): unknown =>
    type === int8Type
      ? Number
      : pg.types.getTypeParser(type, format ?? "text")) as typeof pg.types.getTypeParser,
};
