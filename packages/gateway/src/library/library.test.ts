// Tests the library over a real database: lists, search, stars, tags, trash.

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLibrary } from "../testing/library-harness.ts";
import type { LibraryHarness } from "../testing/library-harness.ts";

const start = Date.parse("2026-11-01T00:00:00Z");
let harness: LibraryHarness;
beforeAll(async () => {
  harness = await startLibrary();
  await harness.add(
    { id: "asset_1", prompt: "A cat in the rain", createdAt: start },
    { id: "asset_2", prompt: "一只小猫在窗边", createdAt: start + 1, keyId: "key_a" },
    { id: "asset_3", prompt: "Category: 猫头鹰, caf\u00e9", createdAt: start + 2, model: "other" },
    { id: "asset_4", prompt: "nothing \0 'quoted' \"here\"", createdAt: start + 2 },
    { id: "asset_5", prompt: "dog", createdAt: start + 86_400_000 },
  );
});
afterAll(() => harness.close());

const get = async (id: string) => (await harness.library.get(id))!;

describe("a list", () => {
  test("shows what was stored a moment ago, newest first, with what its job was asked for", async () => {
    expect(await harness.ids()).toEqual(["asset_5", "asset_4", "asset_3", "asset_2", "asset_1"]);
    expect(await get("asset_3")).toMatchObject({
      kind: "image",
      model: "other",
      account: "main",
      keyId: null,
      prompt: "Category: 猫头鹰, caf\u00e9",
      starred: false,
      tags: [],
      trashedAt: null,
    });
    expect(await get("asset_4")).toMatchObject({ prompt: "nothing  'quoted' \"here\"" });
  });

  test("has pages in both directions without doubles or gaps", async () => {
    const { library } = harness;
    for (const order of ["desc", "asc"] as const) {
      const seen: string[] = [];
      for (let after; ; after = await get(seen.at(-1)!)) {
        const page = await library.list({ limit: 2, order, after });
        seen.push(...page.assets.map(({ id }) => id));
        if (!page.hasMore) break;
      }
      expect(seen).toEqual(await harness.ids({ order }));
      expect(seen).toHaveLength(5);
    }
  });

  test.each([
    [{ keyId: "key_a" }, ["asset_2"]],
    [{ keyId: null }, ["asset_5", "asset_4", "asset_3", "asset_1"]],
    [{ model: "other" }, ["asset_3"]],
    [{ kind: "video" }, []],
    [{ account: "main", model: "jimeng-4.0", keyId: null }, ["asset_5", "asset_4", "asset_1"]],
    [{ account: "elsewhere" }, []],
    [{ from: start + 1, to: start + 2 }, ["asset_2"]],
    [{ from: start + 2 }, ["asset_5", "asset_4", "asset_3"]],
    [{ to: start + 1 }, ["asset_1"]],
    // As far as the API takes a time: more than a sort key can say.
    [{ from: start + 2, to: 1e14 }, ["asset_5", "asset_4", "asset_3"]],
    [{ from: 1e14 }, []],
    [{ to: 1e14, q: "dog" }, ["asset_5"]],
    [{ keyId: "key_a", from: start, to: start + 2 }, ["asset_2"]],
    [{ q: "CAT" }, ["asset_3", "asset_1"]],
    [{ q: "cat rain" }, ["asset_1"]],
    [{ q: "cafe\u0301" }, ["asset_3"]],
    [{ q: "猫" }, ["asset_3", "asset_2"]],
    [{ q: "小猫" }, ["asset_2"]],
    [{ q: "只小猫" }, ["asset_2"]],
    [{ q: "猫小" }, []],
    [{ q: "'quoted\" here:*" }, ["asset_4"]],
    [{ q: "!!" }, []],
    [{ q: "cat OR dog" }, []],
    [{ q: "猫", model: "other" }, ["asset_3"]],
  ] as const)("narrows to %o", async (filter, expected) => {
    expect(await harness.ids(filter)).toEqual(expected);
  });

  test("counts by day", async () => {
    expect(await harness.library.timeline({}, "UTC")).toEqual([
      { day: "2026-11-02", count: 1 },
      { day: "2026-11-01", count: 4 },
    ]);
    expect(await harness.library.timeline({ to: 1e14 }, "UTC")).toHaveLength(2);
    expect(await harness.library.timeline({ q: "猫" }, "America/New_York")).toEqual([
      { day: "2026-10-31", count: 2 },
    ]);
    await expect(harness.library.timeline({}, "Mars/Base")).rejects.toMatchObject({
      code: "invalid_request",
      detail: { param: "time_zone" },
    });
  });
});

describe("a change", () => {
  test("of stars and tags is found at once, and what is left out stays", async () => {
    const { library } = harness;
    await library.update(["asset_1"], { starred: true, tags: ["Best of", "封面"] });
    await library.update(["asset_3"], { tags: ["best of"] });
    await library.update(["asset_3"], { starred: true });
    expect(await harness.ids({ starred: true })).toEqual(["asset_3", "asset_1"]);
    expect(await harness.ids({ starred: false })).toEqual(["asset_5", "asset_4", "asset_2"]);
    expect(await harness.ids({ tag: "BEST OF" })).toEqual(["asset_3", "asset_1"]);
    expect(await harness.ids({ tag: "封面", q: "rain" })).toEqual(["asset_1"]);
    await library.update(["asset_3"], { starred: false, tags: [] });
    expect(await harness.ids({ tag: "best of" })).toEqual(["asset_1"]);
    expect(await get("asset_1")).toMatchObject({ starred: true, tags: ["Best of", "封面"] });
  });

  test("puts an asset into the trash and back, keeping everything else", async () => {
    const { library, changed } = harness;
    const before = await get("asset_1");
    changed.length = 0;
    await library.trash(["asset_1"]);
    const trashedAt = (await get("asset_1")).trashedAt;
    expect(trashedAt).toBe(harness.clock.now());
    expect(changed).toEqual([before.jobId]);
    expect((await harness.job(before.jobId)).assets).toMatchObject([{ trashedAt }]);
    expect(await harness.ids({ trashed: true })).toEqual(["asset_1"]);
    expect(await harness.ids({ q: "rain" })).toEqual([]);
    expect(await harness.ids({ q: "rain", trashed: true })).toEqual(["asset_1"]);
    await harness.clock.advance(1000);
    await library.trash(["asset_1"]);
    expect((await get("asset_1")).trashedAt).toBe(trashedAt);
    await library.restore(["asset_1"]);
    await library.restore(["asset_1"]);
    expect(await get("asset_1")).toEqual(before);
    expect(await harness.ids({ q: "rain" })).toEqual(["asset_1"]);
  });

  test("is told in the event log, to the owner of the job", async () => {
    await harness.add({ id: "asset_7", prompt: "event", keyId: "key_e" });
    await harness.library.update(["asset_7"], { starred: true });
    await harness.library.trash(["asset_7"]);
    await harness.library.trash(["asset_7"]);
    await harness.library.restore(["asset_7"]);
    const events = await harness.database.tables
      .selectFrom("events")
      .select(["type", "key_id", "account"])
      .where("subject", "=", "asset_7")
      .orderBy("type")
      .execute();
    const owner = { key_id: "key_e", account: "main" };
    expect(events).toEqual([
      { type: "asset.created", ...owner },
      { type: "asset.trashed", ...owner },
      { type: "asset.updated", ...owner },
      { type: "asset.updated", ...owner },
    ]);
  });
});

test("a result that comes for a deleted job goes into the trash", async () => {
  await harness.add({ id: "asset_6", prompt: "late", jobDeletedAt: start + 5 });
  expect(await harness.ids({ q: "late" })).toEqual([]);
  expect(await harness.ids({ q: "late", trashed: true })).toEqual(["asset_6"]);
  expect(await get("asset_6")).toMatchObject({ trashedAt: start + 5 });
});

test("tags are added to many results and taken from them, each keeping its others", async () => {
  const { library } = harness;
  await harness.add({ id: "asset_8", prompt: "x" }, { id: "asset_9", prompt: "y" });
  await harness.ids();
  await library.update(["asset_8"], { tags: ["Old"] });
  const ids = ["asset_8", "asset_9", "asset_unknown"];
  expect(await library.update(ids, { starred: true, addTags: ["old", "New"] })).toHaveLength(2);
  expect(await get("asset_8")).toMatchObject({ tags: ["Old", "New"], starred: true });
  expect(await get("asset_9")).toMatchObject({ tags: ["old", "New"], starred: true });
  expect(await harness.ids({ tag: "new" })).toEqual(["asset_9", "asset_8"]);
  await library.update(ids, { removeTags: ["OLD"] });
  expect(await harness.ids({ tag: "old" })).toEqual([]);
  expect((await get("asset_8")).tags).toEqual(["New"]);
});
