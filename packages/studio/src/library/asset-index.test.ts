// Tests reading results where they are looked at, and following changes.

import type { GridAsset } from "@jimeng/gateway/api";
import { expect, test, vi } from "vitest";

import { AssetIndex } from "./asset-index.ts";
import type { ReadAssets } from "./asset-index.ts";
import { dayStart } from "./filters.ts";

const noon = 43_200;
const assetOf = (id: string, at: number): GridAsset => ({
  id,
  url: `/v1/assets/${id}.png`,
  content_type: "image/png",
  width: 1,
  height: 1,
  thumbhash: null,
  job_id: "job_1",
  starred: false,
  created_at: at,
});

/** Makes an index over days of results; reads are recorded. */
function indexOver(counts: Record<string, number>, perRead = 1000) {
  const all = Object.entries(counts).flatMap(([day, count]) =>
    Array.from({ length: count }, (_, at) => assetOf(`${day} ${at}`, dayStart(day) + noon - at)),
  );
  const read = vi.fn<ReadAssets>(async ({ from, to, after }) => {
    const matching = all.filter(({ created_at: at }) => at >= from && at < to);
    const start = after === undefined ? 0 : matching.findIndex(({ id }) => id === after) + 1;
    const data = matching.slice(start, start + perRead);
    return { data, has_more: start + perRead < matching.length };
  });
  const index = new AssetIndex(read);
  index.setDays(Object.entries(counts).map(([day, count]) => ({ day, count })));
  return { index, read };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("what is looked at is read with its neighbours, once, and nothing else", async () => {
  const { index, read } = indexOver({ "2026-11-03": 200, "2026-11-02": 200, "2026-11-01": 200 });
  expect(index.total).toBe(600);
  expect(index.at(250)).toBeUndefined();
  index.want(250, 260);
  index.want(250, 260);
  await settled();
  expect(read).toHaveBeenCalledTimes(1);
  expect(index.at(250)?.id).toBe("2026-11-02 50");
  expect(index.at(450)?.id).toBe("2026-11-01 50");
  expect(index.at(10)).toBeUndefined();
  expect(index.placeOf("2026-11-01 0")).toBe(400);
});

test("a day of more than an answer holds is read on from where it stopped", async () => {
  const { index, read } = indexOver({ "2026-11-01": 25 }, 10);
  index.want(0, 5);
  await settled();
  expect(index.at(9)?.id).toBe("2026-11-01 9");
  expect(index.at(10)).toBeUndefined();
  const found = await index.range(3, 24, new AbortController().signal);
  expect(found.map(({ id }) => id)).toEqual(
    Array.from({ length: 22 }, (_, at) => `2026-11-01 ${at + 3}`),
  );
  expect(read).toHaveBeenCalledTimes(3);
});

test("results that go and come move the others, and empty days go", async () => {
  const { index } = indexOver({ "2026-11-02": 2, "2026-11-01": 1 });
  index.want(0, 2);
  await settled();
  index.remove(new Set(["2026-11-02 0", "2026-11-01 0"]));
  expect([index.total, index.days.length, index.at(0)?.id]).toEqual([1, 1, "2026-11-02 1"]);
  index.insert(assetOf("new", dayStart("2026-11-05") + noon));
  expect([index.total, index.at(0)?.id]).toEqual([2, "new"]);
  index.insert({ ...assetOf("new", dayStart("2026-11-05") + noon), starred: true });
  expect([index.total, index.at(0)?.starred]).toEqual([2, true]);
});

test("a count that was wrong is set right by what was read", async () => {
  const { index } = indexOver({ "2026-11-02": 3, "2026-11-01": 1 });
  index.setDays([
    { day: "2026-11-02", count: 5 },
    { day: "2026-11-01", count: 1 },
  ]);
  index.want(0, 5);
  await settled();
  expect(index.total).toBe(4);
  expect(index.at(3)?.id).toBe("2026-11-01 0");
});

test("a failed read is told, and not repeated at once", async () => {
  vi.useFakeTimers();
  try {
    const read = vi.fn<ReadAssets>(() => Promise.reject(new Error("away")));
    const index = new AssetIndex(read);
    index.setDays([{ day: "2026-11-01", count: 3 }]);
    index.want(0, 2);
    await vi.advanceTimersByTimeAsync(0);
    index.want(0, 2);
    expect(read).toHaveBeenCalledTimes(1);
    expect(index.failure).toEqual(new Error("away"));
    await vi.advanceTimersByTimeAsync(1000);
    index.want(0, 2);
    expect(read).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

test("the newest are there as soon as the days are counted, read once", async () => {
  const { index, read } = indexOver({ "2026-11-02": 3, "2026-11-01": 12 }, 10);
  const reading = index.readNewest();
  index.want(0, 9);
  await reading;
  expect(read).toHaveBeenCalledTimes(1);
  expect(index.at(9)?.id).toBe("2026-11-01 6");
  index.want(0, 9);
  await settled();
  expect(read).toHaveBeenCalledTimes(1);
  // The rest of the day in which the page ended is read on from there.
  index.want(0, 14);
  await settled();
  expect(index.at(14)?.id).toBe("2026-11-01 11");
});

test("the newest results are shown while the days are counted, and stay when they are", async () => {
  const { read } = indexOver({ "2026-11-03": 3, "2026-11-02": 3 });
  const index = new AssetIndex(read);
  read.mockImplementationOnce(async () => ({
    data: Array.from({ length: 4 }, (_, at) => {
      const day = at < 3 ? "2026-11-03" : "2026-11-02";
      return assetOf(`${day} ${at % 3}`, dayStart(day) + noon - (at % 3));
    }),
    has_more: true,
  }));
  await index.readNewest();
  expect([index.total, index.isCounted]).toEqual([4, false]);
  expect(index.at(3)?.id).toBe("2026-11-02 0");
  index.setDays([
    { day: "2026-11-03", count: 3 },
    { day: "2026-11-02", count: 3 },
  ]);
  expect([index.total, index.isCounted]).toEqual([6, true]);
  index.want(0, 3);
  expect(read).toHaveBeenCalledTimes(1);
  index.want(0, 5);
  await settled();
  expect(index.at(5)?.id).toBe("2026-11-02 2");
});

test("what may have changed is shown until it is read again, also what was being read at that moment", async () => {
  const { index, read } = indexOver({ "2026-11-03": 300, "2026-11-02": 300 });
  index.want(0, 10);
  index.refresh();
  await settled();
  expect(index.at(5)?.id).toBe("2026-11-03 5");
  const first = await read.mock.results[0]!.value;
  const starred = first.data.map((item: GridAsset) => ({ ...item, starred: true }));
  read.mockResolvedValueOnce({ data: starred, has_more: false });
  index.want(0, 10);
  expect(index.at(5)).toMatchObject({ starred: false });
  await settled();
  expect(index.at(5)).toMatchObject({ starred: true });
  index.want(0, 10);
  expect(read).toHaveBeenCalledTimes(2);
});
