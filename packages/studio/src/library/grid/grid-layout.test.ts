// Tests where cells are, and what rectangles and keys reach.

import { expect, test } from "vitest";

import { cellsInside, layOut, measureGrid, moveBy } from "./grid-layout.ts";

const measures = { columns: 3, cell: 100, gap: 10, heading: 40 };
const days = [
  { day: "2026-11-29", count: 4 },
  { day: "2026-11-28", count: 1 },
  { day: "2026-11-20", count: 3 },
];
const layout = layOut(days, measures);
// Headings at 0, 260, 410; rows of cells at 40, 150; 300; 450.

test("days follow each other with their headings and rows", () => {
  expect(layout).toMatchObject({ total: 8, height: 560, rowCount: 7 });
  const tops = layout
    .rowsBetween(0, 10_000)
    .map(({ kind, top, first, count }) => [kind, top, first, count]);
  expect(tops).toEqual([
    ["heading", 0, 0, 4],
    ["cells", 40, 0, 3],
    ["cells", 150, 3, 1],
    ["heading", 260, 4, 1],
    ["cells", 300, 4, 1],
    ["heading", 410, 5, 3],
    ["cells", 450, 5, 3],
  ]);
  expect(layout.rowsBetween(0, 1000).map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("only rows that are seen are made, of whatever number", () => {
  const many = layOut(
    Array.from({ length: 400 }, (_, at) => ({ day: String(at), count: 250 })),
    measures,
  );
  expect(many.total).toBe(100_000);
  const seen = many.rowsBetween(2_000_000, 2_000_600);
  expect(seen.length).toBeLessThan(8);
  expect(seen.every(({ top, height }) => top < 2_000_600 && top + height + 10 > 2_000_000)).toBe(
    true,
  );
  expect(many.rowOf(99_999).top).toBe(many.height - 110);
});

test("an empty library has no rows", () => {
  const empty = layOut([], measures);
  expect(empty.rowsBetween(0, 100)).toEqual([]);
  expect(empty.height).toBe(0);
});

test("as many columns fit as the width has room for, on a phone two", () => {
  expect(measureGrid(1200, "m").columns).toBe(6);
  expect(measureGrid(320, "l").columns).toBe(2);
  expect(measureGrid(320, "xl").columns).toBe(1);
  const { columns, cell, gap } = measureGrid(1203, "s");
  expect(columns * cell + (columns - 1) * gap).toBeLessThanOrEqual(1203);
});

test.each([
  ["ArrowRight", 2, 3],
  ["ArrowLeft", 0, 0],
  ["ArrowDown", 1, 3],
  ["ArrowDown", 3, 4],
  ["ArrowUp", 4, 3],
  ["ArrowUp", 7, 4],
  ["ArrowDown", 7, 7],
  ["Home", 5, 0],
  ["End", 0, 7],
  ["PageDown", 0, 4],
  ["PageUp", 7, 3],
])("%s goes from %i to %i", (key, from, to) => {
  expect(moveBy(layout, from, { key, page: 2 })).toBe(to);
  expect(moveBy(layout, from, { key: "a", page: 2 })).toBeUndefined();
});

test("a rectangle reaches the cells that it touches", () => {
  expect(cellsInside(layout, { left: 0, right: 50, top: 50, bottom: 60 })).toEqual([[0, 0]]);
  expect(cellsInside(layout, { left: 90, right: 300, top: 0, bottom: 310 })).toEqual([
    [0, 2],
    [3, 3],
    [4, 4],
  ]);
  expect(cellsInside(layout, { left: 101, right: 109, top: 0, bottom: 500 })).toEqual([]);
  expect(cellsInside(layout, { left: 0, right: 300, top: 0, bottom: 30 })).toEqual([]);
});
