// Tests that no statement which a request or a timer runs reads a whole table on SQLite: with a million ended jobs that
// would stop everything else.

import { CompiledQuery } from "kysely";
import { afterEach, expect, test, vi } from "vitest";

import { createBatchStore } from "./batches/batch-store.ts";
import type { GatewayDatabase } from "./database/database.ts";
import { createWriter } from "./database/writer.ts";
import { DatabaseSync } from "./database/sqlite.ts";
import { createCharges } from "./jobs/charges.ts";
import { createSettlingJobs } from "./jobs/settlement/settling-jobs.ts";
import { createKeyUse } from "./keys/key-use.ts";
import { createLedger } from "./keys/ledger.ts";
import type { JobFilter } from "./jobs/job.ts";
import { createLibrary } from "./library/library.ts";
import type { LibraryFilter } from "./library/listing.ts";
import { createFileStore } from "./references/file-store.ts";
import { createUploadStore } from "./references/upload-store.ts";
import { imageRequest } from "./testing/fake-upstream.ts";
import { testEngine } from "./testing/database.ts";
import { startHarness } from "./testing/job-harness.ts";
import type { Harness } from "./testing/job-harness.ts";

let harness: Harness | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await harness?.close();
});

const readsTable = /^SCAN /;
// A list of everything stops at its limit.
const listsAll = /from "\w+" (where "id" [<>] \? )?order by "id" \w+ limit \?$/;
// Tables that hold a row for an account, a node or a region, and the indexes of what is still to be done.
const isSmall =
  /^SCAN (accounts|nodes|pollers|live_models|credit_reads|claims|kysely_\w+|(jobs|assets) USING .*_to_(settle|index)|assets USING COVERING INDEX assets_(timeline|live))$/;
// A search by words, or one row: the result comes in the order of the rows.
const searches = /^SCAN asset_search VIRTUAL TABLE INDEX \d+:(.*M1|=)/;
const sortsRows = "USE TEMP B-TREE FOR ORDER BY";
// The few assets of some jobs, the jobs of one request, and those that have not ended.
const sortsFew = /"job_id" in \(|"request_hash" = |"request_id" = |"status" in \(/;

test.runIf(testEngine() === "sqlite")(
  "no statement of a request or a timer reads or sorts a whole table",
  async () => {
    const statements = new Set<string>();
    const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
    prepare.mockImplementation(function (this: DatabaseSync, text: string) {
      statements.add(text);
      return original.call(this, text);
    });
    harness = await startHarness();
    statements.clear();
    await walkJob(harness);
    await readAll(harness);
    await readBatches(harness);

    const checked = [...statements].filter((text) => /^(select|update|delete)/i.test(text));
    expect(checked.length).toBeGreaterThan(30);
    const wrong: Record<string, string[]> = {};
    for (const text of checked) {
      const details = await planOf(harness.database, text);
      const isWrong = details.some(
        (detail) =>
          (readsTable.test(detail) &&
            !isSmall.test(detail) &&
            !listsAll.test(text) &&
            !searches.test(detail)) ||
          (detail === sortsRows && !sortsFew.test(text)),
      );
      if (isWrong) wrong[text] = details;
    }
    expect(wrong).toEqual({});
  },
);

async function planOf({ tables }: GatewayDatabase, text: string): Promise<string[]> {
  const values = Array.from({ length: text.split("?").length - 1 }, () => null);
  const plan = CompiledQuery.raw(`explain query plan ${text}`, values);
  const { rows } = await tables.executeQuery<{ detail: string }>(plan);
  return rows.map(({ detail }) => detail);
}

const original = DatabaseSync.prototype.prepare;

/** Takes a job from its creation to its settlement. */
async function walkJob({ jobs, clock, upstream, job }: Harness): Promise<void> {
  const context = { keyId: null, requestHash: "hash", key: null, join: "undelivered" } as const;
  const newJob = { request: imageRequest(), warnings: [], keyId: null };
  const submitted = await jobs.createOrReplay([newJob], context);
  await submitted.answered();
  const [{ id }] = submitted.jobs;
  await clock.advance(10);
  upstream.finish((await job(id)).submitId ?? "");
  await clock.advance(60_000);
  expect((await job(id)).status).toBe("completed");
  await jobs.find(context);
}

/** Runs what lists, sweeps and starts read. */
async function readAll({ database, store, clock }: Harness): Promise<void> {
  const page = { limit: 20, order: "desc" } as const;
  const filters: Partial<JobFilter>[] = [
    {},
    { status: "completed" },
    { kind: "video" },
    { account: "main" },
    { account: "main", status: "failed" },
    { keyId: null },
    { keyId: "key" },
  ];
  for (const filter of filters) {
    await store.list({ ...page, ...filter });
    await store.list({ ...page, ...filter, after: "job_1" });
  }
  await store.unfinished("", 100);
  await store.ended(["job_1"]);
  await store.queued();
  await store.running("main", "model", "job_1");
  await store.accountsToPoll();
  await store.asset("asset_1");
  await readLibrary(database, clock);
  const settling = createSettlingJobs(database.tables, createWriter(database));
  await settling.of("main");
  await settling.accounts();
  await createCharges(database.tables, clock)(["main"], "model");
  const ledger = createLedger(database);
  for (const group of ["key", "model", "account", "kind", "day"] as const)
    await ledger.sums({ from: 5 }, [group], 10);
  await ledger.sums({ keyId: "key", from: 5 }, ["model", "day"], 10);
  for (const filter of [{ keyId: "key", from: 5 }, { requestId: "req_1" }, { model: "m", from: 5 }])
    await ledger.entries(filter, { limit: 10, order: "desc" });
  await createKeyUse(database, clock).read("key");
  const files = createFileStore(database);
  for (const filter of [{}, { keyId: null }, { keyId: "key" }, { purpose: "vision" }])
    await files.list({ ...page, ...filter });
  await files.expired(5);
  await files.remove("file_1");
  const uploads = createUploadStore(database);
  await uploads.uploads("main", ["hash"], 5);
  await uploads.removeExpired(5);
}

/** Runs what the library reads and changes. */
async function readLibrary(database: GatewayDatabase, clock: Harness["clock"]): Promise<void> {
  const library = createLibrary({
    database,
    assets: { discard: () => Promise.resolve() },
    tasks: { schedule: () => undefined },
    clock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    retention: { days: 1, gigabytes: 1 },
    filesIn: () => [],
    hintEvents: () => undefined,
    onChanged: () => undefined,
  });
  const filters: LibraryFilter[] = [
    {},
    { keyId: "key" },
    { keyId: null, from: 1, to: 2 },
    { q: "cat 猫", starred: true, trashed: true, from: 1, to: 2 },
  ];
  for (const filter of filters) {
    for (const order of ["asc", "desc"] as const) {
      await library.list({ ...filter, order, limit: 20 });
      await library.list({ ...filter, order, limit: 20, after: await library.get("asset_1") });
    }
    await library.timeline(filter, "UTC");
  }
  for (const { id } of (await library.list({ order: "asc", limit: 1 })).assets) {
    await library.update([id], { starred: true, tags: ["a"] });
    await library.update([id], { addTags: ["b"] });
    await library.trash([id]);
    await clock.advance(31 * 86_400_000);
    await library.task.overdue({ isThorough: true });
    await library.task.run("sweep");
  }
  await library.task.run("fill");
}

/** Runs what uploads, routes and tasks ask about batches. */
async function readBatches({ database }: Harness): Promise<void> {
  const store = createBatchStore(database);
  const page = { limit: 20, order: "desc" } as const;
  for (const filter of [{}, { keyId: null }, { keyId: "key" }]) {
    await store.list({ ...page, ...filter });
    await store.list({ ...page, ...filter, after: "batch_1" });
  }
  await store.byKey(null, "key");
  await store.forgetKey(null, "key", 5);
  await store.ofFile(null, "file_1", 5);
  await store.brokenOff({ keyless: 5, keyed: 5 });
  await store.active();
  await store.overdue(5, 10);
  await store.takeOver("batch_1", "upload", { maxCredits: null, confirmed: true });
  await store.activate("batch_1", "upload", 5);
  await store.plan("batch_1", 5, null);
  await store.cancel("batch_1", 5);
  await store.end("batch_1", 5);
  await store.lines("batch_1", { states: ["pending"], after: 5, limit: 10 });
  await store.lines("batch_1", { states: ["failed", "cancelled"], limit: 10 });
  await store.lines("batch_1", { limit: 10 });
  await store.refused("batch_1", 10);
  await store.cancelPending("batch_1", 10, 5);
  await store.change("batch_1", [{ number: 1, from: ["pending"], to: "failed" }], 5);
  await store.remove("batch_1");
}
