// Tests that a data folder of the version before the table `job_responses` loses nothing: its jobs, the answers that
// nobody got, its idempotency keys, and a start whose outcome is not known. The folder was made by that version, over
// the simulator: a keyed picture, an edit, two grouped jobs whose caller hung up, a refused one, a running video, and
// two jobs that SIGKILL left behind (submit id written; row stored).

import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Kysely, PostgresDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import * as jobs from "../database/migrations/first/0001-jobs.ts";
import * as files from "../database/migrations/first/0002-files.ts";
import * as claims from "../database/migrations/first/0003-claims.ts";
import * as leases from "../database/migrations/first/0004-watchers.ts";
import * as promises from "../database/migrations/first/0005-promises.ts";
import { DatabaseSync } from "../database/sqlite.ts";
import type { TestDatabase } from "../testing/database.ts";
import { startHarness } from "../testing/job-harness.ts";
import type { Harness } from "../testing/job-harness.ts";
import type { IdempotencyContext, Job } from "./job.ts";

const folder = fileURLToPath(new URL("./__fixtures__/data-folder-before-0006/", import.meta.url));
const oldTables = ["jobs", "assets", "files", "uploads", "claims", "idempotency_keys"] as const;

const expected = JSON.parse(await readFile(join(folder, "expected.json"), "utf8")) as {
  /** A moment just after the last change, in Unix milliseconds. */
  now: number;
  jobs: Job[];
};

async function restore(place: TestDatabase): Promise<void> {
  const old = join(folder, "jimeng.db");
  if (place.url === null) await copyFile(old, join(place.dataDir, "jimeng.db"));
  else await restoreOnServer(place.url, old);
}

/** Makes the tables as that version made them, and fills them with the folder's rows. */
async function restoreOnServer(url: string, old: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url });
  const server = new Kysely<Record<string, Record<string, unknown>>>({
    dialect: new PostgresDialect({ pool }),
  });
  await sql`drop schema public cascade`.execute(server);
  await sql`create schema public`.execute(server);
  const migrator = new Migrator({
    db: server,
    provider: {
      getMigrations: () =>
        Promise.resolve({
          "0001-jobs": jobs,
          "0002-files": files,
          "0003-claims": claims,
          "0004-watchers": leases,
          "0005-promises": promises,
        }),
    },
  });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  const source = new DatabaseSync(old, { readOnly: true });
  for (const table of oldTables) {
    const rows = source.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
    if (rows.length > 0) await server.insertInto(table).values(rows).execute();
  }
  source.close();
  await server.destroy();
}

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ idle: true, prepare: restore, startAt: expected.now });
});
afterEach(() => harness.close());

const ofStatus = (status: string) => expected.jobs.filter((job) => job.status === status);

async function contextOf(id: string, key: string | null = null): Promise<IdempotencyContext> {
  const { request_hash: requestHash } = await harness.database.tables
    .selectFrom("job_responses")
    .select("request_hash")
    .where("job_id", "=", id)
    .executeTakeFirstOrThrow();
  return { keyId: null, requestHash, key, join: "undelivered" };
}

describe("a data folder of the version before", () => {
  test("shows every job as it was", async () => {
    const { jobs: now } = await harness.jobs.list({ limit: 100, order: "asc" });
    expect(now.map(({ id }) => id)).toEqual(expected.jobs.map(({ id }) => id));
    for (const [index, job] of now.entries()) {
      // Estimated from the time that has passed.
      const { progress: _progress, ...before } = expected.jobs[index]!;
      expect(job).toMatchObject(before);
    }
    expect(expected.jobs.map(({ status }) => status).toSorted()).toEqual([
      "completed",
      "completed",
      "completed",
      "completed",
      "failed",
      "in_progress",
      "in_progress",
      "queued",
    ]);
  });

  test("takes every stored result for whole", async () => {
    for (const { id } of ofStatus("completed")) {
      const { assets } = (await harness.jobs.get(id))!;
      expect(assets.length).toBeGreaterThan(0);
      expect(assets.every(({ incomplete }) => !incomplete)).toBe(true);
      await expect(harness.jobs.recheck(id)).rejects.toMatchObject({ code: "conflict" });
    }
  });

  test("still joins the answer that nobody got, with all its jobs", async () => {
    const group = expected.jobs.filter(({ groupId }) => groupId !== null).map(({ id }) => id);
    expect(group).toHaveLength(2);
    const joined = await harness.jobs.find(await contextOf(group[0]!));
    expect(joined).toMatchObject({ outcome: "joined" });
    expect(joined?.jobs.map(({ id }) => id)).toEqual(group);
  });

  test("still joins a job whose process died while its caller waited", async () => {
    const queued = ofStatus("queued")[0]!;
    const joined = await harness.jobs.find(await contextOf(queued.id));
    expect(joined?.jobs.map(({ id }) => id)).toEqual([queued.id]);
  });

  test("joins no answer that went out, and replays the one of its Idempotency-Key", async () => {
    const keyed = expected.jobs[0]!;
    expect(await harness.jobs.find(await contextOf(keyed.id))).toBeUndefined();
    const replayed = await harness.jobs.find(await contextOf(keyed.id, "fixture-key"));
    expect(replayed).toMatchObject({ outcome: "replayed", jobs: [{ id: keyed.id }] });
    const other = { ...(await contextOf(keyed.id, "fixture-key")), requestHash: "another" };
    await expect(harness.jobs.find(other)).rejects.toMatchObject({
      code: "idempotency_key_reused",
    });
  });

  test("looks an uncertain start up and does not post it blindly", async () => {
    const uncertain = ofStatus("in_progress").find(({ operation }) => operation === null)!;
    await harness.jobs.start();
    await harness.clock.advance(5000);
    expect(harness.upstream.posts).not.toContain(uncertain.submitId);
    const lookups = harness.upstream.polls.filter(({ ids }) => ids.includes(uncertain.submitId!));
    expect(lookups.length).toBeGreaterThan(0);
  });
});
