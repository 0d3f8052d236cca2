// The bar beside the grid: shows where one is in time, and goes to any day.

import { memo, useMemo, useRef, useState } from "react";

import { formatDay } from "../../words/format.ts";
import { languageTag } from "../../words/locale.ts";
import * as words from "../../words/library.js";
import { dayStart } from "../filters.ts";
import type { GridLayout } from "./grid-layout.ts";
import { dayAfterKey, marksOf } from "./scrubber-marks.ts";
import type { ScrubberMark } from "./scrubber-marks.ts";

/** What the scrubber needs. */
export interface ScrubberProps {
  layout: GridLayout;
  offset: number;
  view: number;
  onMove: (offset: number) => void;
}

const apartPixels = 26;
const noon = 43_200;

function nameOf({ day, kind }: ScrubberMark): string {
  if (kind === "year") return day.slice(0, 4);
  const at = new Date((dayStart(day) + noon) * 1000);
  return new Intl.DateTimeFormat(languageTag(), { month: "short" }).format(at);
}

const Marks = memo(function Marks({ layout, height }: { layout: GridLayout; height: number }) {
  const marks = useMemo(() => marksOf(layout, { height, apart: apartPixels }), [layout, height]);
  return marks.map((mark) => (
    <span
      key={`${mark.kind} ${mark.day}`}
      className={`absolute right-1.5 text-xs whitespace-nowrap ${mark.kind === "year" ? "font-semibold" : "text-soft"}`}
      style={{ top: mark.at * height }}
    >
      {nameOf(mark)}
    </span>
  ));
});

/** The scrubber: a slider whose values are days. */
export function Scrubber({ layout, offset, view, onMove }: ScrubberProps) {
  const bar = useRef<HTMLDivElement>(null);
  const [isDragged, setDragged] = useState(false);
  const day = layout.dayAt(offset);
  const name = formatDay(dayStart(layout.days[day]?.day ?? "1970-01-01") + noon);
  const way = Math.max(1, layout.height - view);

  const moveTo = (clientY: number): void => {
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined) return;
    onMove(Math.max(0, Math.min(1, (clientY - box.top) / box.height)) * way);
  };
  const goToDay = (to: number): void => onMove(layout.dayTop(to));

  return (
    <div
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label={words.timeline()}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, layout.days.length - 1)}
      aria-valuenow={day}
      aria-valuetext={name}
      className="relative w-14 shrink-0 touch-none overflow-hidden select-none"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
        moveTo(event.clientY);
      }}
      onPointerMove={(event) => {
        if (isDragged) moveTo(event.clientY);
      }}
      onPointerUp={() => setDragged(false)}
      onPointerCancel={() => setDragged(false)}
      onKeyDown={(event) => {
        const to = dayAfterKey(layout, day, event.key);
        if (to === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        goToDay(to);
      }}
    >
      <Marks layout={layout} height={bar.current?.clientHeight ?? 600} />
      <div
        className="pointer-events-none absolute inset-x-0 h-0.5 bg-accent"
        style={{ top: `${Math.min(1, offset / way) * 100}%` }}
      />
      {isDragged && (
        <div
          role="presentation"
          className="pointer-events-none fixed right-16 z-20 rounded-md bg-raised px-2 py-1 font-medium shadow-high"
          style={{ top: `calc(${Math.min(1, offset / way) * 80 + 10}dvh)` }}
        >
          {name}
        </div>
      )}
    </div>
  );
}
