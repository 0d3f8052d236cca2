// The marks beside the grid: the years and months of what is shown, where they are, as close as they can be read.

import type { GridLayout } from "./grid-layout.ts";

/** A mark: the first day of a year or month. */
export interface ScrubberMark {
  day: string;
  kind: "year" | "month";
  /** The share of the way, 0 at the top. */
  at: number;
}

/** Returns the marks of a layout for a bar of a height; years go before months, and none is closer than `apart` pixels. */
export function marksOf(
  layout: GridLayout,
  { height, apart }: { height: number; apart: number },
): ScrubberMark[] {
  const all: ScrubberMark[] = [];
  let [year, month] = ["", ""];
  for (const [index, { day }] of layout.days.entries()) {
    const kind = day.slice(0, 4) !== year ? "year" : day.slice(0, 7) !== month ? "month" : null;
    [year, month] = [day.slice(0, 4), day.slice(0, 7)];
    if (kind !== null) all.push({ day, kind, at: layout.dayTop(index) / layout.height });
  }
  const placed: ScrubberMark[] = [];
  const isFree = (mark: ScrubberMark): boolean =>
    placed.every(({ at }) => Math.abs(at - mark.at) * height >= apart);
  for (const kind of ["year", "month"] as const)
    for (const mark of all) if (mark.kind === kind && isFree(mark)) placed.push(mark);
  return placed.toSorted((one, other) => one.at - other.at);
}

/** Returns the day to which a key moves the scrubber; undefined for a key that does not move it. */
export function dayAfterKey(layout: GridLayout, day: number, key: string): number | undefined {
  const last = layout.days.length - 1;
  const monthOf = (index: number): string => layout.days[index]?.day.slice(0, 7) ?? "";
  const clamp = (index: number): number => Math.max(0, Math.min(last, index));
  const toOtherMonth = (step: 1 | -1): number => {
    let index = day;
    while (index > 0 - step && index < last + 1 - step && monthOf(index) === monthOf(day))
      index += step;
    return clamp(index);
  };
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return clamp(day + 1);
    case "ArrowUp":
    case "ArrowLeft":
      return clamp(day - 1);
    case "PageDown":
      return toOtherMonth(1);
    case "PageUp":
      return toOtherMonth(-1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
