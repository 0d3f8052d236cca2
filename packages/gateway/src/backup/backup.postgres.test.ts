// Tests backups of PostgreSQL: one moment of a database that is written to, brought back to either engine whole or not at
// all.

import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../clock.ts";
import { openDatabase } from "../database/database.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { moving } from "../database/move-rows.ts";
import { openPostgres } from "../database/postgres.ts";
import { DatabaseSync, makeSqlite } from "../database/sqlite.ts";
import { createEventLog } from "../events/event-log.ts";
import { fillSample, sampleJob } from "../testing/backup-samples.ts";
import { makeDatabase } from "../testing/database.ts";
import { backUp } from "./backup.ts";
import { restore } from "./restore.ts";

// One source and one target for all: making a database takes longer than most tests.
let source: string;
let target: string;
/** A backup of the source. */
let whole: string;
let folder: string;
let live: string;
let backup: string;
let dataDir: string;
/** The source, but where a test changes it. */
let databaseUrl: string;
beforeAll(async () => {
  [source, target] = [await makeDatabase(), await makeDatabase()];
  whole = await mkdtemp(join(tmpdir(), "jimeng-whole-"));
  live = join(whole, "live");
  await withDatabase(source, fillSample);
  await backUp({ dataDir: live, parts: partsOf(source), to: join(whole, "backup") });
});
afterAll(() => rm(whole, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-backup-"));
  live = join(folder, "live");
  backup = join(folder, "backup");
  dataDir = join(folder, "data");
  databaseUrl = source;
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await run(target, `truncate ${moving.join(", ")}`);
  await run(target, "alter sequence event_positions restart");
});

async function withDatabase<Result>(
  url: string | null,
  work: (database: GatewayDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ dataDir: url === null ? dataDir : live, databaseUrl: url });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const partsOf = (url: string) => [{ folder: "", databaseUrl: url, isFree: false }];
const make = () => backUp({ dataDir: live, parts: partsOf(databaseUrl), to: backup });
const useWhole = () => cp(join(whole, "backup"), backup, { recursive: true });

/** Makes a source that a test may change. */
async function useOwnSource(): Promise<void> {
  databaseUrl = await makeDatabase();
  await withDatabase(databaseUrl, fillSample);
}

/** Reads everything that belongs to a gateway's data, without what a backup changes on purpose. */
async function contentOf(url: string | null): Promise<Record<string, unknown[]>> {
  return await withDatabase(url, async ({ tables }) => {
    const content: Record<string, unknown[]> = {};
    for (const name of moving) {
      const rows = await tables.selectFrom(name).selectAll().execute();
      const texts = rows.map((row) => {
        const { id: _id, run_at: _runAt, ...rest } = row as Record<string, unknown>;
        const kept = name === "events" ? rest : { ...(row as object), run_at: null };
        return JSON.stringify({ ...kept, indexed: 0, start_before: null, cancelling_at: null });
      });
      const sorted = texts.toSorted().map((text) => text.replace('"cancelling"', '"in_progress"'));
      if (sorted.length > 0) content[name] = sorted;
    }
    return content;
  });
}

async function positionsOf(url: string): Promise<number[]> {
  return await withDatabase(url, async (database) => {
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const log = createEventLog({ database, clock: systemClock, logger: silent });
    return (await log.read(0, 1000)).map(({ position }) => position);
  });
}

describe("a backup of PostgreSQL", () => {
  test("comes back to an empty PostgreSQL and to a data folder, row by row", async () => {
    await positionsOf(databaseUrl);
    const report = await make();
    expect(report).toMatchObject({ parts: [""], missingFiles: [] });
    expect((await stat(join(backup, "jimeng.db"))).mode & 0o777).toBe(0o600);
    const expected = await contentOf(databaseUrl);
    expect(Object.keys(expected)).toEqual(expect.arrayContaining(["jobs", "assets", "events"]));

    const restored = await restore({ from: backup, dataDir, databaseUrl: target });
    expect(restored.postgresRows).toBeGreaterThan(10);
    expect(existsSync(dataDir)).toBe(false);
    expect(existsSync(`${dataDir}.partial`)).toBe(false);
    expect(await contentOf(target)).toEqual(expected);

    await restore({ from: backup, dataDir });
    expect(await contentOf(null)).toEqual(expected);
  });

  test("is of one moment, also of what is written while it is made", async () => {
    await useOwnSource();
    await withDatabase(databaseUrl, async ({ tables }) => {
      let isDone = false;
      const writing = (async () => {
        for (let index = 0; !isDone; index++) {
          await tables.transaction().execute(async (transaction) => {
            for (const half of ["a", "b"]) {
              await transaction
                .insertInto("jobs")
                .values(sampleJob(`pair_${index}_${half}`))
                .execute();
            }
          });
        }
      })();
      await make();
      isDone = true;
      await writing;
    });
    const copy = new DatabaseSync(join(backup, "jimeng.db"), { readOnly: true });
    const rows = copy.prepare("SELECT id FROM jobs WHERE id LIKE 'pair%'").all();
    copy.close();
    expect(rows.length % 2).toBe(0);
  });

  test("lets events come after all that readers have seen, though none is left", async () => {
    await useOwnSource();
    const before = await positionsOf(databaseUrl);
    await withDatabase(databaseUrl, ({ tables }) => tables.deleteFrom("events").execute());
    await make();
    await restore({ from: backup, dataDir, databaseUrl: target });
    await withDatabase(target, ({ tables }) =>
      tables
        .insertInto("jobs")
        .values(sampleJob("new", { status: "queued" }))
        .execute(),
    );
    const [next] = await positionsOf(target);
    expect(next).toBeGreaterThan(before.at(-1)!);
  });

  test("gives events that nobody has read their order", async () => {
    await useWhole();
    await restore({ from: backup, dataDir, databaseUrl: target });
    const types = (url: string) =>
      withDatabase(url, async ({ tables }) => {
        const rows = tables.selectFrom("events").select(["type", "subject"]).orderBy("position");
        return await rows.execute();
      });
    const restored = await types(target);
    await positionsOf(databaseUrl);
    expect(restored).toEqual(await types(databaseUrl));
  });

  test("stops what waited and keeps what runs, by the id under which it may have been paid", async () => {
    await useWhole();
    await restore({ from: backup, dataDir, databaseUrl: target });
    await withDatabase(target, async ({ tables }) => {
      const jobs = await tables
        .selectFrom("jobs")
        .select(["id", "status", "submit_id", "start_before"])
        .orderBy("id")
        .execute();
      expect(jobs).toEqual([
        { id: "job_done", status: "completed", submit_id: null, start_before: null },
        { id: "job_runs", status: "in_progress", submit_id: "submit-1", start_before: null },
        { id: "job_waits", status: "queued", submit_id: null, start_before: expect.any(Number) },
      ]);
      const batches = await tables.selectFrom("batches").select("status").execute();
      expect(batches).toEqual([{ status: "cancelling" }]);
    });
    const original = await withDatabase(databaseUrl, ({ tables }) =>
      tables.selectFrom("jobs").select("start_before").where("status", "=", "queued").execute(),
    );
    expect(original).toEqual([{ start_before: null }]);
  });

  test("has the secret key of the data folder, which comes back with it", async () => {
    await mkdir(live);
    await writeFile(join(live, "secret.key"), "fake-secret", { mode: 0o600 });
    await make();
    await restore({ from: backup, dataDir, databaseUrl: target });
    expect(await readdir(dataDir)).toEqual(["secret.key"]);
    expect((await stat(join(dataDir, "secret.key"))).mode & 0o777).toBe(0o600);
  });

  test("may be one file, and is refused where there is nothing, a newer version, or no server", async () => {
    await useOwnSource();
    const to = join(folder, "nightly.db");
    await backUp({ dataDir: live, parts: partsOf(databaseUrl), to });
    const copy = new DatabaseSync(to, { readOnly: true });
    expect(copy.prepare("SELECT count(*) AS jobs FROM jobs").get()).toEqual({ jobs: 3 });
    copy.close();

    await run(databaseUrl, "insert into kysely_migration values ('9999-later', '2030')");
    await expect(make()).rejects.toThrow(/changed by a newer version of jimeng \(9999-later\)/);
    await run(databaseUrl, "drop schema public cascade; create schema public");
    await expect(make()).rejects.toThrow(/holds no jobs of jimeng/);
    databaseUrl = "postgres://jimeng:very-hidden@127.0.0.1:1/none";
    const error: Error = await make().then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: "invalid_request", detail: { param: "DATABASE_URL" } });
    expect(error.message).toMatch(
      /^DATABASE_URL: the database cannot be opened: [^\n]*ECONNREFUSED/,
    );
    expect(error.message).not.toContain("hidden");
    expect(existsSync(`${backup}.partial`)).toBe(false);
  });
});

async function run(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe("a restore into PostgreSQL", () => {
  const bringBack = () => restore({ from: backup, dataDir, databaseUrl: target });
  const jobsIn = (url: string) => run(url, "select id from jobs");
  beforeEach(useWhole);

  test("makes the tables of a database that has none, and brings those of an older backup up to date", async () => {
    await run(
      target,
      "drop schema public cascade; create schema public; drop schema pgboss cascade",
    );
    const file = join(backup, "jimeng.db");
    await rm(file);
    const { connection, finish } = await makeSqlite(file, "0025-sign-ins");
    const { id, request } = sampleJob("job_old");
    connection
      .prepare(
        `INSERT INTO jobs (id, kind, status, request, warnings, progress, attempts, priority,
          deadline_at, uncertain_starts, cancel_requested, cost, version, created_at, updated_at)
        VALUES (?, 'image', 'completed', ?, '[]', 100, 0, 0, 1, 0, 0, '{}', 1, 1, 1)`,
      )
      .run(id, request);
    finish();
    connection.close();
    await rewriteManifest(async (part) => {
      part.databases["jimeng.db"] = (await stat(file)).size;
      delete part.sha256;
    });
    await bringBack();
    expect(await jobsIn(target)).toEqual([{ id: "job_old" }]);
    expect(await run(target, "select * from upload_links")).toEqual([]);
  });

  test("is refused by a database that holds rows, which stays as it is", async () => {
    await run(target, "insert into claims values ('a', '2026-11-29', 1, 'UTC', 1)");
    await expect(bringBack()).rejects.toMatchObject({
      code: "conflict",
      message: "The database of DATABASE_URL is in use: it holds rows in claims.",
      detail: { param: "DATABASE_URL" },
    });
    expect(await jobsIn(target)).toEqual([]);
  });

  test("is refused while a gateway uses the database", async () => {
    const { tables } = await openPostgres(target);
    await sql`select 1`.execute(tables);
    await expect(bringBack()).rejects.toMatchObject({
      code: "conflict",
      message: "A gateway uses the database of DATABASE_URL.",
    });
    await tables.destroy();
  });

  test("is all or nothing: a connection that is cut leaves an empty database and no folder", async () => {
    await run(
      target,
      `create function cut() returns trigger language plpgsql as $$ begin
        perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
      create trigger cut before insert on batch_lines for each row execute function cut()`,
    );
    await expect(bringBack()).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/^DATABASE_URL: the database went away/),
    });
    expect(await jobsIn(target)).toEqual([]);
    expect(await readdir(folder)).toEqual(["backup"]);
    await run(target, "drop trigger cut on batch_lines");
    await bringBack();
    expect(await jobsIn(target)).toHaveLength(3);
  });

  test.each([
    ["texts in place of numbers", "UPDATE jobs SET priority = 'high'"],
    ["rows without their batch", "UPDATE batch_lines SET batch_id = 'none'"],
    ["columns of nobody", "ALTER TABLE jobs ADD COLUMN stranger TEXT"],
  ])("is refused for a backup with %s", async (_, statement) => {
    const file = join(backup, "jimeng.db");
    const copy = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    copy.exec(statement);
    copy.close();
    await expect(bringBack()).rejects.toThrow(/jimeng\.db is (missing or )?damaged/);
    await rewriteManifest(async (part) => {
      part.databases["jimeng.db"] = (await stat(file)).size;
      delete part.sha256;
    });
    await expect(bringBack()).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("holds rows that no gateway wrote"),
      detail: { param: "from" },
    });
    expect(await jobsIn(target)).toEqual([]);
    expect(await readdir(folder)).toEqual(["backup"]);
  });

  interface Part {
    databases: Record<string, number>;
    sha256?: unknown;
  }

  async function rewriteManifest(change: (part: Part) => Promise<void>): Promise<void> {
    const file = join(backup, "backup.json");
    const manifest = JSON.parse(await readFile(file, "utf8")) as { parts: Part[] };
    await change(manifest.parts[0]!);
    await writeFile(file, JSON.stringify(manifest));
  }
});
