// Tests moving a data folder's rows to PostgreSQL: all or none, once, repeatable after a crash.

import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { copyDatabase } from "./copy.ts";
import { systemClock } from "../clock.ts";
import { createEventLog } from "../events/event-log.ts";
import { openDatabase } from "./database.ts";
import type { GatewayDatabase } from "./database.ts";
import { lockOwner } from "./owner-lock.ts";
import { makeDatabase } from "../testing/database.ts";

let dataDir: string;
let databaseUrl: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-copy-"));
  databaseUrl = await makeDatabase();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const file = (): string => join(dataDir, "jimeng.db");

async function fill(jobs: number): Promise<void> {
  const { tables, close } = await openDatabase({ dataDir });
  for (let index = 0; index < jobs; index++) {
    await tables
      .insertInto("jobs")
      .values(jobRow(`job_${index}`))
      .execute();
  }
  await tables
    .insertInto("assets")
    .values({
      id: "asset_1",
      job_id: "job_0",
      position: 0,
      item_id: "item",
      content_type: "image/png",
      width: 1,
      height: 1,
      duration_ms: null,
      bytes: 5_000_000_000,
      upstream_url: "https://results.invalid/1.png",
      upstream_expires_at: null,
      created_at: 1_795_165_167_070,
      incomplete: 0,
      thumbhash: null,
      cover_url: null,
      poster_bytes: null,
      preview_at: null,
      preview_attempts: 0,
    })
    .execute();
  await close();
}

function jobRow(id: string) {
  return {
    id,
    kind: "image" as const,
    status: "completed" as const,
    request: `{"prompt":"猫 ${id}"}`,
    warnings: "[]",
    progress: 100,
    attempts: 0,
    priority: 0,
    deadline_at: 1_795_165_167_070,
    uncertain_starts: 0,
    cancel_requested: 0,
    cost: "{}",
    version: 3,
    created_at: 1,
    updated_at: 2,
  } as never;
}

async function rowsOf(table: "jobs" | "assets"): Promise<unknown[]> {
  const { tables, close } = await openDatabase({ dataDir, databaseUrl });
  const rows = await tables.selectFrom(table).selectAll().orderBy("id").execute();
  await close();
  return rows;
}

describe("copying a database", () => {
  test("brings every row over unchanged and puts the old database out of reach", async () => {
    await fill(450);
    const before = await openDatabase({ dataDir });
    const jobs = await before.tables.selectFrom("jobs").selectAll().orderBy("id").execute();
    const assets = await before.tables.selectFrom("assets").selectAll().execute();
    await before.close();
    const report = await copyDatabase({ dataDir, databaseUrl });
    expect(report).toMatchObject({ rows: { jobs: 450, assets: 1 }, wasCopied: false });
    expect(await rowsOf("jobs")).toEqual(jobs.map((row) => ({ ...row })));
    expect(await rowsOf("assets")).toEqual(assets.map((row) => ({ ...row })));
    expect(existsSync(file())).toBe(false);
    expect(existsSync(report.oldDatabase)).toBe(true);
  });

  test("moves the event log as it is, and new events come after it", async () => {
    await fill(3);
    const event = { type: "model.changed", subject: "a", created_at: 1 };
    const positions = ({ tables }: Pick<GatewayDatabase, "tables">) =>
      tables.selectFrom("events").select(["position", "type"]).orderBy("position").execute();
    const before = await openDatabase({ dataDir });
    await before.tables.insertInto("events").values([event, event]).execute();
    const moved = await positions(before);
    await before.close();
    await copyDatabase({ dataDir, databaseUrl });
    const after = await openDatabase({ dataDir, databaseUrl });
    expect(await positions(after)).toEqual(moved);
    await after.tables.insertInto("events").values(event).execute();
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const log = createEventLog({ database: after, clock: systemClock, logger: silent });
    const last = moved.at(-1)!.position!;
    expect((await log.read(last, 10)).map(({ position }) => position > last)).toEqual([true]);
    await after.close();
  });

  test("can be repeated when it was cut off before the old database got its new name", async () => {
    await fill(3);
    const { oldDatabase } = await copyDatabase({ dataDir, databaseUrl });
    await rename(oldDatabase, file());
    expect(await copyDatabase({ dataDir, databaseUrl })).toMatchObject({ wasCopied: true });
    expect(await rowsOf("jobs")).toHaveLength(3);
  });

  test("refuses a target that holds other rows, and leaves both as they are", async () => {
    await fill(3);
    const { tables, close } = await openDatabase({ dataDir, databaseUrl });
    await tables.insertInto("jobs").values(jobRow("job_other")).execute();
    await close();
    await expect(copyDatabase({ dataDir, databaseUrl })).rejects.toMatchObject({
      code: "conflict",
      message: "The target database is in use: it holds 1 jobs.",
    });
    expect(await rowsOf("jobs")).toHaveLength(1);
    expect(existsSync(file())).toBe(true);
  });

  test("refuses a folder that a gateway uses, and one without a database", async () => {
    await expect(copyDatabase({ dataDir, databaseUrl })).rejects.toMatchObject({
      code: "not_found",
    });
    await fill(1);
    const lock = await lockOwner({ dataDir });
    await expect(copyDatabase({ dataDir, databaseUrl })).rejects.toMatchObject({
      code: "conflict",
    });
    lock.release();
  });
});
