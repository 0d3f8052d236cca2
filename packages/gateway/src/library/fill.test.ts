// Tests bringing stored results into the library, in pieces and after a death in between.

import type { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";

import { up as lookAgain } from "../database/migrations/0027-lineage-again.ts";
import { startLibrary } from "../testing/library-harness.ts";
import type { LibraryHarness } from "../testing/library-harness.ts";

let harness: LibraryHarness;
beforeEach(async () => {
  harness = await startLibrary();
});
afterEach(() => harness.close());

async function unfilled(): Promise<number> {
  const { tables } = harness.database;
  return (await tables.selectFrom("assets").select("id").where("indexed", "=", 0).execute()).length;
}

test("rows that are there already are filled piece by piece, and the task says when it must go on", async () => {
  const ids = Array.from({ length: 60 }, (_, at) => `asset_${String(at).padStart(2, "0")}`);
  await harness.add(...ids.map((id) => ({ id })));
  expect(await harness.library.task.overdue({ isThorough: false })).toEqual(["fill"]);
  // Only the newest come in with a list: it must not wait for all.
  expect(await harness.ids()).toEqual(ids.slice(10).toReversed());
  expect(await unfilled()).toBe(10);
  await harness.library.task.run("fill");
  expect(await unfilled()).toBe(0);
  expect(await harness.library.task.overdue({ isThorough: true })).toEqual([]);
  // All were made in one millisecond: each has a place of its own.
  expect(new Set(await harness.ids())).toEqual(new Set(ids));
});

test("what a dead process left is filled later, with the star that it got meanwhile", async () => {
  await harness.add({ id: "asset_1", prompt: "a star" });
  await harness.library.update(["asset_1"], { starred: true });
  expect(await unfilled()).toBe(1);
  expect(await harness.ids({ starred: true, q: "star" })).toEqual(["asset_1"]);
});

test("a job's write asks for the task, once for what comes together", async () => {
  harness.library.assetsStored();
  expect(harness.scheduled).toEqual([["library:fill", harness.clock.now() + 200]]);
});

test("a result knows which results it was made from: by a reference, and by the site's own ids", async () => {
  const { tables } = harness.database;
  await harness.add({ id: "asset_01a2-01" }, { id: "asset_01a2-02" }, { id: "asset_01a2-03" });
  const jobOf = async (id: string) => (await harness.library.get(id))!.jobId;
  const file = { sha256: "0", kind: "image" as const, content_type: "image/png", bytes: 1 };
  const kept = { ...file, width: 1, height: 1, duration_ms: null, key_id: null, purpose: "p" };
  await tables
    .insertInto("files")
    .values([
      { ...kept, id: "file_1", name: "asset_01a2-01", created_at: 1, expires_at: null },
      { ...kept, id: "file_2", name: "cat.png", created_at: 1, expires_at: null },
    ])
    .execute();
  const set = async (id: string, changes: { request?: string; submit_id?: string }) =>
    tables
      .updateTable("jobs")
      .set(changes)
      .where("id", "=", await jobOf(id))
      .execute();
  await set("asset_01a2-01", { submit_id: "submit-1" });
  const handle = (id: string) => ({ imageUri: `jimeng-file:${id}` });
  const references = [handle("file_1"), handle("file_2"), handle("file_gone")];
  await set("asset_01a2-02", {
    request: JSON.stringify({ kind: "image", prompt: "a cat", references }),
  });
  const itemId = (await tables.selectFrom("assets").select("item_id").executeTakeFirst())!.item_id;
  const product = { itemId, submitId: "submit-1", historyId: "1" };
  await set("asset_01a2-03", { request: JSON.stringify({ kind: "image", prompt: "", product }) });

  await harness.library.task.run("fill");
  for (const id of ["asset_01a2-02", "asset_01a2-03"])
    expect((await harness.library.get(id))?.madeFrom).toEqual(["asset_01a2-01"]);
  expect(await harness.ids({ madeFrom: "asset_01a2-01" })).toEqual([
    "asset_01a2-03",
    "asset_01a2-02",
  ]);
  // Earlier versions knew no result by its reference: the migration has those looked at again.
  await tables
    .updateTable("assets")
    .set({ made_from: null })
    .where("id", "=", "asset_01a2-02")
    .execute();
  await lookAgain(tables as unknown as Kysely<unknown>);
  await harness.library.task.run("fill");
  expect((await harness.library.get("asset_01a2-02"))?.madeFrom).toEqual(["asset_01a2-01"]);
  await harness.library.update(["asset_01a2-03"], { starred: true });
  expect(await harness.ids({ madeFrom: "asset_01a2-01", starred: true })).toEqual([
    "asset_01a2-03",
  ]);
});
