// Tests what is removed from the library, and what never is.

import { afterEach, beforeEach, expect, test } from "vitest";

import { startLibrary } from "../testing/library-harness.ts";
import type { LibraryHarness } from "../testing/library-harness.ts";
import { forgetBytes } from "./changes.ts";

const dayMs = 86_400_000;
let harness: LibraryHarness;
beforeEach(async () => {
  harness = await startLibrary();
});
afterEach(() => harness.close());

const sweep = () => harness.library.task.run("sweep");

test("the trash gives a file up after 30 days; its job keeps saying so, and nobody can restore it", async () => {
  const { library, clock } = harness;
  await harness.add({ id: "asset_1", prompt: "secret words" }, { id: "asset_2" });
  await harness.ids();
  await library.trash(["asset_1"]);
  await clock.advance(30 * dayMs - 1);
  await sweep();
  expect(harness.assets.discarded).toEqual([]);
  await clock.advance(1);
  expect(await library.task.overdue({ isThorough: true })).toEqual(["sweep"]);
  await sweep();
  expect(harness.assets.discarded).toEqual(["asset_1"]);
  const deletedAt = clock.now();
  await library.restore(["asset_1"]);
  const asset = await library.get("asset_1");
  expect(asset).toMatchObject({ deletedAt, trashedAt: null, prompt: "", tags: [] });
  expect((await harness.job(asset!.jobId)).assets).toMatchObject([{ id: "asset_1", deletedAt }]);
  expect(await harness.ids({ trashed: true })).toEqual([]);
  expect(await harness.ids()).toEqual(["asset_2"]);
  expect(await library.task.overdue({ isThorough: true })).toEqual([]);
});

test("a sweep that died before the bytes were gone is finished by the next one", async () => {
  const { library, clock } = harness;
  await harness.add({ id: "asset_1" });
  await harness.ids();
  await library.trash(["asset_1"]);
  await clock.advance(31 * dayMs);
  const discard = harness.assets.discard.bind(harness.assets);
  harness.assets.discard = () => Promise.reject(new Error("the disk is away"));
  await expect(sweep()).rejects.toThrow("the disk is away");
  harness.assets.discard = discard;
  await library.restore(["asset_1"]);
  expect(await library.get("asset_1")).toMatchObject({ deletedAt: clock.now() });
  expect(await library.task.overdue({ isThorough: true })).toEqual(["sweep"]);
  await sweep();
  expect(harness.assets.discarded).toEqual(["asset_1"]);
  expect(await library.task.overdue({ isThorough: true })).toEqual([]);
});

test("retention by age goes through the trash and leaves stars and unfinished jobs alone", async () => {
  const { library, clock, retention } = harness;
  const createdAt = clock.now() - 8 * dayMs;
  await harness.add(
    { id: "asset_1", createdAt },
    { id: "asset_2", createdAt },
    { id: "asset_3", createdAt, status: "in_progress" },
    { id: "asset_4", createdAt: createdAt + 2 * dayMs },
  );
  await library.update(["asset_2"], { starred: true });
  await harness.ids();
  await sweep();
  expect(await harness.ids({ trashed: true })).toEqual([]);
  retention.days = 7;
  await sweep();
  expect(await harness.ids({ trashed: true })).toEqual(["asset_1"]);
  expect(harness.assets.discarded).toEqual([]);
});

test("retention by size deletes the trash first and then the oldest, as little as needed", async () => {
  const { library, clock, retention } = harness;
  const gigabyte = 1024 ** 3;
  const old = clock.now() - 10 * dayMs;
  const file = (id: string, age: number, changes: object = {}) => ({
    id,
    bytes: gigabyte,
    createdAt: old + age,
    ...changes,
  });
  await harness.add(
    file("asset_1", 1),
    file("asset_2", 2),
    file("asset_3", 3, { status: "in_progress" }),
    file("asset_4", 4),
    file("asset_5", 5),
    file("asset_6", 6),
    file("asset_7", 10 * dayMs),
  );
  await library.update(["asset_2"], { starred: true });
  await harness.ids();
  await library.trash(["asset_6"]);
  retention.gigabytes = 4;
  await sweep();
  expect(harness.assets.discarded).toEqual(["asset_6", "asset_1", "asset_4"]);
  await sweep();
  expect(harness.assets.discarded).toHaveLength(3);
  retention.gigabytes = 1;
  await sweep();
  // A star, an unfinished job and what was made just now outlast any limit.
  expect(await harness.ids()).toEqual(["asset_7", "asset_3", "asset_2"]);
});

test.each([
  { days: null, gigabytes: null },
  { days: 4, gigabytes: null },
  { days: 4, gigabytes: 3 },
  { days: null, gigabytes: 0 },
])("a plan for %j tells what the sweep then does, and changes nothing", async (kept) => {
  const { library, clock } = harness;
  const gigabyte = 1024 ** 3;
  const names = ["1", "2", "3", "4", "5", "6", "7", "8"].map((name) => `asset_${name}`);
  const start = clock.now();
  await harness.add(
    ...names.map((id, index) => ({
      id,
      bytes: gigabyte / (1 + (index % 2)),
      createdAt: start + index * dayMs,
      status: index === 2 ? ("in_progress" as const) : ("completed" as const),
    })),
  );
  await harness.ids();
  await library.trash(["asset_2"]);
  await library.update(["asset_4"], { starred: true });
  await clock.advance(30 * dayMs);
  await harness.add({ id: "asset_9", bytes: gigabyte, createdAt: clock.now() - 2 * dayMs });
  await harness.ids();
  await library.trash(["asset_7"]);
  const plan = await library.sweep({ isDryRun: true, retention: kept });
  expect(plan.expired).toEqual({ files: 1, bytes: gigabyte / 2 });
  expect(harness.assets.discarded).toEqual([]);
  expect(await library.sweep({ isDryRun: false, retention: kept })).toEqual(plan);
  expect(await library.sweep({ isDryRun: true, retention: kept })).toMatchObject({
    expired: { files: 0 },
    aged: { files: 0 },
    excess: { files: 0 },
  });
  expect(await harness.ids()).toContain("asset_4");
});

test("noting that bytes are gone never touches a file that was not deleted", async () => {
  await harness.add({ id: "asset_1" });
  await harness.library.trash(["asset_1"]);
  const { tables } = harness.database;
  const writer = { write: <T>(apply: (given: typeof tables) => Promise<T>) => apply(tables) };
  await forgetBytes({ writer }, ["asset_1"]);
  expect(await harness.library.get("asset_1")).toMatchObject({ trashedAt: harness.clock.now() });
});
