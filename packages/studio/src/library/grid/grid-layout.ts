// Where the cells of the library are: days with a heading and rows of equal cells. Everything is computed from the counts of
// the days, so that no row is laid out before it is seen.

import type { CellSize } from "../filters.ts";

/** A day of the timeline. */
export interface DayCount {
  day: string;
  count: number;
}

/** The measures of a grid, in pixels. */
export interface GridMeasures {
  columns: number;
  /** The width and height of a cell. */
  cell: number;
  gap: number;
  heading: number;
}

/** What one row of the grid shows. */
export interface GridRow {
  kind: "heading" | "cells";
  /** The place among all rows, headings included, from 0. */
  ordinal: number;
  top: number;
  height: number;
  /** The index of the day. */
  day: number;
  /** The index of the first result among all of them. */
  first: number;
  /** The number of results in it; of a heading, those of its day. */
  count: number;
}

/** The layout of all results. */
export interface GridLayout {
  readonly measures: GridMeasures;
  readonly days: readonly DayCount[];
  readonly total: number;
  readonly height: number;
  readonly rowCount: number;
  /** Returns the rows between two places, the whole ones and those that are cut. */
  rowsBetween(top: number, bottom: number): GridRow[];
  /** Returns the row of cells that has a result. */
  rowOf(index: number): GridRow;
  /** Returns the index of the day that has a place. */
  dayAt(top: number): number;
  /** Returns the index of the day of a result. */
  dayOfIndex(index: number): number;
  /** Returns where a day's heading is. */
  dayTop(day: number): number;
  /** Returns the index of the first result of a day. */
  firstOf(day: number): number;
}

const targets: Readonly<Record<CellSize, number>> = { s: 104, m: 168, l: 256, xl: 400 };
const gap = 6;
const heading = 40;

/** Returns the measures of a grid of a width: as many columns as fit, two at least but for the largest cells. */
export function measureGrid(width: number, size: CellSize): GridMeasures {
  const fewest = size === "xl" ? 1 : 2;
  const columns = Math.max(fewest, Math.floor((width + gap) / (targets[size] + gap)));
  const cell = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  return { columns, cell, gap, heading };
}

/** Returns the last place of a growing list that is not above a value. */
function lastAtMost(starts: Float64Array, value: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Lays out days of results, the latest first. */
export function layOut(days: readonly DayCount[], measures: GridMeasures): GridLayout {
  const { columns, cell, gap: space } = measures;
  const pitch = cell + space;
  const tops = new Float64Array(days.length + 1);
  const firsts = new Float64Array(days.length + 1);
  const ordinals = new Float64Array(days.length + 1);
  for (const [at, { count }] of days.entries()) {
    const rows = Math.ceil(count / columns);
    tops[at + 1] = (tops[at] ?? 0) + measures.heading + rows * pitch;
    firsts[at + 1] = (firsts[at] ?? 0) + count;
    ordinals[at + 1] = (ordinals[at] ?? 0) + rows + 1;
  }
  const at = (list: Float64Array, place: number): number => list[place] ?? 0;
  const clampDay = (day: number): number => Math.max(0, Math.min(days.length - 1, day));

  function headingOf(day: number): GridRow {
    return {
      kind: "heading",
      ordinal: at(ordinals, day),
      top: at(tops, day),
      height: measures.heading,
      day,
      first: at(firsts, day),
      count: days[day]?.count ?? 0,
    };
  }
  function cellsOf(day: number, row: number): GridRow {
    const count = days[day]?.count ?? 0;
    return {
      kind: "cells",
      ordinal: at(ordinals, day) + 1 + row,
      top: at(tops, day) + measures.heading + row * pitch,
      height: cell,
      day,
      first: at(firsts, day) + row * columns,
      count: Math.min(columns, count - row * columns),
    };
  }
  const dayOfIndex = (index: number): number => clampDay(lastAtMost(firsts, index));

  return {
    measures,
    days,
    total: at(firsts, days.length),
    height: at(tops, days.length),
    rowCount: at(ordinals, days.length),
    rowsBetween(top, bottom) {
      const rows: GridRow[] = [];
      if (days.length === 0) return rows;
      for (let day = clampDay(lastAtMost(tops, Math.max(0, top))); day < days.length; day++) {
        if (at(tops, day) >= bottom) break;
        if (at(tops, day) + measures.heading > top) rows.push(headingOf(day));
        const start = at(tops, day) + measures.heading;
        const last = Math.ceil((days[day]?.count ?? 0) / columns);
        const from = Math.max(0, Math.floor((top - start) / pitch));
        for (let row = from; row < last && start + row * pitch < bottom; row++)
          rows.push(cellsOf(day, row));
      }
      return rows;
    },
    rowOf(index) {
      const day = dayOfIndex(index);
      return cellsOf(day, Math.floor((index - at(firsts, day)) / columns));
    },
    dayAt: (top) => clampDay(lastAtMost(tops, top)),
    dayOfIndex,
    dayTop: (day) => at(tops, day),
    firstOf: (day) => at(firsts, day),
  };
}

/** Returns the results whose cells touch a rectangle, as ranges of indexes (both ends included). */
export function cellsInside(
  layout: GridLayout,
  area: { left: number; right: number; top: number; bottom: number },
): [number, number][] {
  const { cell, gap: space, columns } = layout.measures;
  const pitch = cell + space;
  const first = Math.max(0, Math.ceil((area.left - cell) / pitch));
  const last = Math.min(columns - 1, Math.floor(area.right / pitch));
  if (first > last) return [];
  return layout.rowsBetween(area.top, area.bottom).flatMap((row): [number, number][] => {
    const isTouched =
      row.kind === "cells" && row.top + cell >= area.top && first < row.count && last >= 0;
    return isTouched ? [[row.first + first, row.first + Math.min(last, row.count - 1)]] : [];
  });
}

/** Returns the result to which a key moves; undefined for a key that does not move. */
export function moveBy(
  layout: GridLayout,
  index: number,
  { key, page }: { key: string; page: number },
): number | undefined {
  const last = layout.total - 1;
  const clamp = (to: number): number => Math.max(0, Math.min(last, to));
  switch (key) {
    case "ArrowLeft":
      return clamp(index - 1);
    case "ArrowRight":
      return clamp(index + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
      return moveRows(layout, index, -1);
    case "ArrowDown":
      return moveRows(layout, index, 1);
    case "PageUp":
      return moveRows(layout, index, -Math.max(1, page));
    case "PageDown":
      return moveRows(layout, index, Math.max(1, page));
    default:
      return undefined;
  }
}

/** Moves up or down by rows of cells, staying in the column where the row is long enough. */
function moveRows(layout: GridLayout, index: number, rows: number): number {
  const start = layout.rowOf(index);
  const column = index - start.first;
  let row = start;
  for (let step = 0; step < Math.abs(rows); step++) {
    const next = rows < 0 ? row.first - 1 : row.first + row.count;
    if (next < 0 || next >= layout.total) break;
    row = layout.rowOf(next);
  }
  if (row.ordinal === start.ordinal) return index;
  return row.first + Math.min(column, row.count - 1);
}
