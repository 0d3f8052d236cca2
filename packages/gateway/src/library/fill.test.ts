// Tests bringing stored results into the library, in pieces and after a death in between.

import { afterEach, beforeEach, expect, test } from "vitest";

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
  await harness.library.update("asset_1", { starred: true });
  expect(await unfilled()).toBe(1);
  expect(await harness.ids({ starred: true, q: "star" })).toEqual(["asset_1"]);
});

test("a job's write asks for the task, once for what comes together", async () => {
  harness.library.assetsStored();
  expect(harness.scheduled).toEqual([["library:fill", harness.clock.now() + 200]]);
});
