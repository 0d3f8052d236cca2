// Tests which rows are known without reading them, and that a write of unknown outcome makes a row unknown.

import { afterEach, beforeEach, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { createWriter } from "../database/writer.ts";
import type { Writer } from "../database/writer.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { imageRequest } from "../testing/fake-upstream.ts";
import { newRecord } from "./new-record.ts";
import { RecentRows } from "./recent-rows.ts";
import type { JobRecord, StoredAsset } from "./record.ts";
import { defaultJobSettings } from "./settings.ts";
import { createJobStore } from "./store.ts";
import type { JobStore } from "./store.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let recent: RecentRows;
let writer: Writer;
/** The store under test, and one that reads every row. */
let store: JobStore;
let reader: JobStore;
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  recent = new RecentRows(2);
  writer = createWriter(database);
  store = createJobStore(database, {
    writer: { write: (apply, options) => writer.write(apply, options) },
    recent,
  });
  reader = createJobStore(database);
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

function record(): JobRecord {
  return newRecord(defaultJobSettings, 5, { request: imageRequest(), warnings: [], keyId: null });
}

function asset(jobId: string, index: number, changes: Partial<StoredAsset> = {}): StoredAsset {
  return {
    id: `asset_${jobId}_${index}_${changes.bytes ?? 9}`,
    jobId,
    index,
    itemId: `item_${index}`,
    contentType: "image/png",
    width: 1,
    height: 1,
    durationMs: null,
    bytes: 9,
    upstreamUrl: "https://results.example/1",
    upstreamExpiresAt: null,
    createdAt: 5,
    incomplete: false,
    thumbhash: null,
    coverUrl: null,
    posterBytes: null,
    trashedAt: null,
    deletedAt: null,
    ...changes,
  };
}

test("what was written is known as it would be read", async () => {
  const created = record();
  await store.create([created]);
  expect(recent.record(created.id)).toEqual(await reader.get(created.id));
  const changed = await store.update(created, { status: "in_progress", submitId: "s" }, 6);
  expect(await store.get(created.id)).toBe(changed);
  expect(changed).toEqual(await reader.get(created.id));
  const done = await store.update(changed ?? created, { status: "completed" }, 7, [
    asset(created.id, 1),
    asset(created.id, 0),
  ]);
  expect(done).toEqual(await reader.get(created.id));
  expect(recent.assets(created.id)?.map(({ index }) => index)).toEqual([0, 1]);
  expect(await store.assetsOf([created.id])).toEqual(await reader.assetsOf([created.id]));
});

test("of files that join or replace earlier ones the rows are read", async () => {
  const created = record();
  await store.create([created]);
  await store.addPartialAssets([asset(created.id, 0, { incomplete: true })]);
  expect(recent.assets(created.id)).toBeUndefined();
  await store.update(created, {}, 6, [asset(created.id, 0, { bytes: 10 })]);
  const read = await reader.assetsOf([created.id]);
  expect(read.get(created.id)?.map(({ bytes }) => bytes)).toEqual([10]);
  expect(await store.assetsOf([created.id])).toEqual(read);
});

test("a row that somebody else changed first is read again", async () => {
  const created = record();
  await store.create([created]);
  await reader.update(created, { attempts: 3 }, 6);
  expect(await store.update(created, { attempts: 9 }, 7)).toBeUndefined();
  expect((await store.get(created.id))?.attempts).toBe(3);
});

test("a row whose write failed is read again", async () => {
  const created = record();
  await store.create([created]);
  const write = writer.write.bind(writer);
  writer.write = async (apply, options) => {
    await write(apply, options);
    throw new Error("the answer to the commit was lost");
  };
  await expect(store.update(created, { attempts: 4 }, 6)).rejects.toThrow("lost");
  expect((await store.get(created.id))?.attempts).toBe(4);
});

test("only so many rows are kept, the ones written last", async () => {
  const records = [record(), record(), record()];
  await store.create(records);
  expect(records.map(({ id }) => recent.record(id) !== undefined)).toEqual([false, true, true]);
  expect(await store.get(records[0]?.id ?? "")).toEqual(records[0]);
});
