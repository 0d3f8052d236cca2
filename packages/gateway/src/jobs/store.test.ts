// Tests the SQL of jobs and assets, and group commit, on a real database.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { imageOutput, imageRequest } from "../testing/fake-upstream.ts";
import { GroupCommit } from "../database/group-commit.ts";
import type { JobRecord } from "./record.ts";
import { createJobStore } from "./store.ts";
import type { JobStore } from "./store.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let store: JobStore;
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  store = createJobStore(database);
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

function record(id: string, changes: Partial<JobRecord> = {}): JobRecord {
  return {
    id,
    kind: "image",
    status: "queued",
    request: imageRequest(),
    warnings: [{ code: "size_substituted", message: "近似" }],
    account: null,
    submitId: null,
    operation: null,
    forecast: null,
    queue: null,
    progress: 0,
    outputs: null,
    error: null,
    attempts: 0,
    runAt: 5,
    priority: 0,
    retryOf: null,
    cancelSentAt: null,
    startBefore: null,
    continuedCount: null,
    continuedAt: null,
    handlesRenewedAt: null,
    settleAt: null,
    settledAt: null,
    brokenDownloads: 0,
    deletedAt: null,
    remixOf: null,
    reserved: null,
    requestId: null,
    metadata: {},
    urlTtlSeconds: null,
    webhookUrl: null,
    traceparent: null,
    deadlineAt: 900_000,
    submittedAt: null,
    uncertainSince: null,
    resolveBy: null,
    uncertainStarts: 0,
    startedAt: null,
    cancelRequested: false,
    keyId: null,
    groupId: null,
    cost: { estimated: null, charged: null, refunded: null },
    logid: null,
    version: 1,
    createdAt: 1,
    updatedAt: 1,
    completedAt: null,
    ...changes,
  };
}

describe("the job store", () => {
  test("gives back exactly what was stored, after another opening too", async () => {
    const full = record("job_1", {
      submitId: "5f0c1f5e-0000-4000-8000-00000000000a",
      outputs: [imageOutput("5f0c", 0)],
      error: { code: "content_rejected", message: "拒绝", stage: "prompt" },
      queue: { state: "queued", position: 3, length: 9 },
      forecast: { queueSeconds: 1, generateSeconds: 2 },
      cancelRequested: true,
      deadlineAt: 1_700_000_000_000,
    });
    await store.create([full]);
    expect(await store.get("job_1")).toEqual(full);
    await database.close();
    database = await place.open();
    expect(await createJobStore(database).get("job_1")).toEqual(full);
  });

  test("lets one of two concurrent changes through, never both", async () => {
    await store.create([record("job_1")]);
    const read = (await store.get("job_1"))!;
    const changed = await Promise.all([
      store.update(read, { account: "one" }, 10),
      store.update(read, { account: "two" }, 10),
    ]);
    // Which of the two comes first is the database's to say: on PostgreSQL they go over two connections.
    const through = changed.filter((each) => each !== undefined);
    expect(through).toHaveLength(1);
    const { account } = through[0]!;
    expect(await store.get("job_1")).toMatchObject({ account, version: 2, updatedAt: 10 });
  });

  test("refuses two rows with one submit id", async () => {
    await store.create([record("job_1", { submitId: "same" })]);
    await expect(store.create([record("job_2", { submitId: "same" })])).rejects.toThrow(/unique/i);
    expect(await store.get("job_2")).toBeUndefined();
  });

  test("pages through a list in both directions", async () => {
    await store.create(["job_1", "job_2", "job_3"].map((id) => record(id)));
    const newest = await store.list({ limit: 2, order: "desc" });
    expect(newest.records.map(({ id }) => id)).toEqual(["job_3", "job_2"]);
    expect(newest.hasMore).toBe(true);
    const rest = await store.list({ limit: 2, order: "desc", after: "job_2" });
    expect(rest).toMatchObject({ hasMore: false, records: [{ id: "job_1" }] });
    const oldest = await store.list({ limit: 1, order: "asc", after: "job_1" });
    expect(oldest.records[0]!.id).toBe("job_2");
  });

  test("filters by caller, status, kind, account and time", async () => {
    await store.create([
      record("job_1", { keyId: "k1", account: "main" }),
      record("job_2", { status: "completed", createdAt: 100 }),
      record("job_3", { kind: "video" }),
    ]);
    const ids = async (filter: object) =>
      (await store.list({ limit: 10, order: "asc", ...filter })).records.map(({ id }) => id);
    expect(await ids({ keyId: "k1" })).toEqual(["job_1"]);
    expect(await ids({ keyId: null })).toEqual(["job_2", "job_3"]);
    expect(await ids({ status: "completed" })).toEqual(["job_2"]);
    expect(await ids({ kind: "video" })).toEqual(["job_3"]);
    expect(await ids({ account: "main" })).toEqual(["job_1"]);
    expect(await ids({ createdAfter: 50 })).toEqual(["job_2"]);
    expect(await ids({ createdBefore: 50 })).toEqual(["job_1", "job_3"]);
  });

  test("gives the unfinished rows page by page", async () => {
    await store.create([
      record("job_1"),
      record("job_2", { status: "completed" }),
      record("job_3", { status: "in_progress" }),
      record("job_4", { status: "failed" }),
    ]);
    expect((await store.unfinished("", 1)).map(({ id }) => id)).toEqual(["job_1"]);
    expect((await store.unfinished("job_1", 9)).map(({ id }) => id)).toEqual(["job_3"]);
  });

  test("keeps a picture's file when it is stored again, and takes its new place", async () => {
    await store.create([record("job_1")]);
    const asset = {
      id: "asset_1",
      jobId: "job_1",
      index: 0,
      itemId: "item",
      contentType: "image/png",
      width: 1,
      height: 1,
      durationMs: null,
      bytes: 9,
      upstreamUrl: "https://results.invalid/1.png",
      upstreamExpiresAt: null,
      createdAt: 1,
      incomplete: false,
      thumbhash: null,
      coverUrl: null,
      posterBytes: null,
      trashedAt: null,
      deletedAt: null,
    };
    expect(await store.addAssets([asset])).toEqual(new Set(["asset_1"]));
    const again = { ...asset, id: "asset_2" };
    expect(await store.addPartialAssets([{ ...again, index: 2 }])).toEqual(new Set(["asset_1"]));
    expect((await store.assetsOf(["job_1"])).get("job_1")).toEqual([asset]);
    expect(await store.addAssets([{ ...again, index: 3 }])).toEqual(new Set(["asset_1"]));
    expect((await store.assetsOf(["job_1"])).get("job_1")).toEqual([{ ...asset, index: 3 }]);
    expect(await store.asset("asset_1")).toMatchObject({ jobId: "job_1" });
    expect(await store.asset("asset_2")).toBeUndefined();
  });
});

describe("group commit", () => {
  test("shares one transaction among callers of the same moment", async () => {
    const group = new GroupCommit(database.tables);
    const transactions = new Set<unknown>();
    await Promise.all(
      Array.from({ length: 64 }, () =>
        group.write(async (transaction) => {
          transactions.add(transaction);
        }),
      ),
    );
    expect(transactions.size).toBe(1);
  });

  test("fails only the guilty write; its neighbours are stored", async () => {
    await store.create([record("job_0", { submitId: "taken" })]);
    const results = await Promise.allSettled([
      store.create([record("job_1")]),
      store.create([record("job_2", { submitId: "taken" })]),
      store.create([record("job_3")]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await store.get("job_1")).toBeDefined();
    expect(await store.get("job_3")).toBeDefined();
  });

  test("a batch is stored whole or not at all", async () => {
    await store.create([record("job_0", { submitId: "taken" })]);
    await expect(
      store.create([record("job_1"), record("job_2", { submitId: "taken" })]),
    ).rejects.toThrow();
    expect(await store.get("job_1")).toBeUndefined();
  });
});
