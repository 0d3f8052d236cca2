// Tests the event log: what triggers append for jobs and files, reading after a position, pruning, and events that are
// kept once.

import { afterEach, beforeEach, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import type { AssetTable, JobTable } from "../database/migrations/schema.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { appendEvents } from "./append.ts";
import { writeCursor } from "./cursors.ts";
import { createEventLog } from "./event-log.ts";
import type { EventLog } from "./event-log.ts";
import { createPruning } from "./prune.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let log: EventLog;
const clock = new ManualClock();
const logger = { debug() {}, info() {}, warn() {}, error() {} };

beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  log = createEventLog({ database, clock, logger });
});

afterEach(async () => {
  await database.close();
  await place.remove();
});

const row = {
  kind: "image",
  status: "queued",
  request: "{}",
  warnings: "[]",
  attempts: 0,
  progress: 0,
  priority: 0,
  deadline_at: 0,
  uncertain_starts: 0,
  cancel_requested: 0,
  cost: "{}",
  version: 1,
  broken_downloads: 0,
  key_id: "key_one",
  created_at: 5,
  updated_at: 5,
} as const;

async function insertJob(id: string, columns: Partial<JobTable> = {}): Promise<void> {
  await database.tables
    .insertInto("jobs")
    .values({ ...(row as unknown as JobTable), id, ...columns })
    .execute();
}

async function changeJob(id: string, columns: Partial<JobTable>): Promise<void> {
  await database.tables.updateTable("jobs").set(columns).where("id", "=", id).execute();
}

async function insertAsset(id: string, itemId: string): Promise<void> {
  const asset = { id, job_id: "job_1", position: 0, item_id: itemId, content_type: "image/png" };
  await database.tables
    .insertInto("assets")
    .values({ ...(asset as AssetTable), bytes: 1, upstream_url: "", created_at: 8, incomplete: 0 })
    .onConflict((conflict) => conflict.columns(["job_id", "item_id"]).doUpdateSet({ id }))
    .execute();
}

async function typesAfter(position: number): Promise<string[]> {
  return (await log.read(position, 100)).map(({ type, subject }) => `${type} ${subject}`);
}

test("a job's life and its files are in the log, in order, without anybody appending them", async () => {
  await insertJob("job_1");
  await changeJob("job_1", { status: "in_progress", account_id: "main", updated_at: 6 });
  await changeJob("job_1", { started_at: 7, updated_at: 7 });
  // Progress, and a request to cancel, are no events of the log.
  await changeJob("job_1", { progress: 50, status: "in_progress", started_at: 7 });
  await insertAsset("asset_1", "item");
  await insertAsset("asset_1", "item");
  await insertAsset("asset_2", "item");
  await changeJob("job_1", { status: "completed", completed_at: 9, updated_at: 9 });
  const events = await log.read(0, 100);
  expect(events.map(({ type, subject, data }) => [type, subject, data])).toEqual([
    ["job.queued", "job_1", null],
    ["job.started", "job_1", null],
    ["job.image", "job_1", { asset_id: "asset_1" }],
    ["asset.created", "asset_1", { job_id: "job_1" }],
    ["job.image", "job_1", { asset_id: "asset_2" }],
    ["asset.created", "asset_2", { job_id: "job_1" }],
    ["job.completed", "job_1", null],
  ]);
  expect(events.at(-1)).toMatchObject({ keyId: "key_one", account: "main", createdAt: 9 });
});

test("a job that fails, goes on after a recheck and is cancelled is told of each time", async () => {
  await insertJob("job_1", { status: "in_progress", started_at: 4 });
  await changeJob("job_1", { status: "failed", completed_at: 6 });
  await changeJob("job_1", { status: "in_progress", completed_at: null });
  await changeJob("job_1", { status: "cancelled", completed_at: 7 });
  expect(await typesAfter(0)).toEqual([
    "job.started job_1",
    "job.failed job_1",
    "job.started job_1",
    "job.cancelled job_1",
  ]);
});

test("what a transaction rolls back is not in the log", async () => {
  const failing = database.tables.transaction().execute(async (transaction) => {
    await appendEvents(transaction, 1, [{ type: "key.budget", subject: "key_one" }]);
    throw new Error("the writer failed");
  });
  await expect(failing).rejects.toThrow("the writer failed");
  expect(await log.read(0, 10)).toEqual([]);
  expect(await log.head()).toBe(0);
});

test("readers are told that something was appended, and find it after their position", async () => {
  let hints = 0;
  const forget = log.onHint(() => (hints += 1));
  await log.append([
    { type: "key.budget", subject: "key_one", keyId: "key_one", data: { percent: 80 } },
  ]);
  log.note({ type: "account.health", subject: "main", account: "main", data: { state: "ok" } });
  await log.flush();
  forget();
  await log.append([{ type: "model.changed", subject: "jimeng-9" }]);
  expect(hints).toBe(2);
  const [first, second, third] = await log.read(0, 10);
  expect(first).toMatchObject({ type: "key.budget", keyId: "key_one", data: { percent: 80 } });
  expect(await typesAfter(first!.position)).toEqual([
    "account.health main",
    "model.changed jimeng-9",
  ]);
  expect(await typesAfter(second!.position)).toEqual(["model.changed jimeng-9"]);
  expect(await log.head()).toBe(third!.position);
});

test("an event that several notice is kept once", async () => {
  const event = { type: "account.expiring", subject: "main", once: "main 14" } as const;
  await log.append([event]);
  await log.append([event, { ...event, once: "main 3" }]);
  expect(await log.read(0, 10)).toHaveLength(2);
});

test("old events and those beyond the greatest number go; what a cursor has not read stays", async () => {
  const pruning = (maxAgeMs: number, maxEvents: number) =>
    createPruning({ database, clock, logger, maxAgeMs, maxEvents }).prune();
  const append = (subject: string) => log.append([{ type: "model.changed", subject }]);
  await append("old");
  await clock.advance(1000);
  for (const subject of ["a", "b", "c"]) await append(subject);
  await pruning(500, 100);
  const left = await log.read(0, 10);
  expect(left.map(({ subject }) => subject)).toEqual(["a", "b", "c"]);
  expect(await log.pruned()).toBe(left[0]!.position - 1);

  await database.tables
    .transaction()
    .execute((transaction) => writeCursor(transaction, "reader", left[0]!.position));
  await pruning(500, 1);
  expect((await log.read(0, 10)).map(({ subject }) => subject)).toEqual(["b", "c"]);
  await database.tables
    .transaction()
    .execute((transaction) => writeCursor(transaction, "reader", left[2]!.position));
  await clock.advance(1000);
  await pruning(500, 100);
  expect(await log.read(0, 10)).toEqual([]);
  // Positions go on, and the newest one is known although its row is gone.
  expect(await log.head()).toBe(left[2]!.position);
  await append("next");
  expect((await log.read(left[2]!.position, 10)).map(({ subject }) => subject)).toEqual(["next"]);
});
