// A line over the last minutes, drawn by uPlot, which is loaded with the first one.

import { useEffect, useRef } from "react";
import type uPlot from "uplot";

import { Skeleton } from "../controls/skeleton.tsx";
import * as words from "../words/health.js";
import type { Figure, Point } from "./metrics.ts";

const heightPixels = 120;

/** Shows a figure: its value now in words, and its course as a line. */
export function Chart({
  title,
  figure,
  points,
  format,
}: {
  title: string;
  figure: Figure;
  points: readonly Point[] | undefined;
  format: (value: number) => string;
}) {
  const values = points?.map((point) => point[figure]) ?? [];
  const known = values.filter((value) => value !== null);
  const now = known.at(-1);
  const text =
    now === undefined
      ? words.noneYet()
      : words.chartOf({
          title,
          value: format(now),
          least: format(Math.min(...known)),
          most: format(Math.max(...known)),
        });
  return (
    <figure className="min-w-0 rounded-lg border border-line bg-panel p-3">
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="text-soft">{title}</span>
        <span className="text-xl font-semibold tabular-nums">
          {now === undefined ? words.noneYet() : format(now)}
        </span>
      </figcaption>
      {points === undefined ? (
        <Skeleton className="mt-2 h-[120px]" />
      ) : (
        <Line label={text} times={points.map(({ at }) => at)} values={values} format={format} />
      )}
    </figure>
  );
}

function Line({
  label,
  times,
  values,
  format,
}: {
  label: string;
  times: number[];
  values: (number | null)[];
  format: (value: number) => string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data = useRef<uPlot.AlignedData>([times, values]);
  data.current = [times, values];
  useEffect(() => {
    const element = place.current;
    let isGone = false;
    void import("./line.ts").then(({ drawLine }) => {
      if (element === null || isGone) return;
      chart.current = drawLine(element, data.current, heightPixels, format);
    });
    const observer = new ResizeObserver(([entry]) =>
      chart.current?.setSize({ width: entry?.contentRect.width ?? 0, height: heightPixels }),
    );
    if (element !== null) observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
      chart.current?.destroy();
    };
    // The way of writing values does not change while the line is there.
  }, []);
  useEffect(() => chart.current?.setData(data.current), [times.length, times.at(-1)]);
  return (
    <div ref={place} role="img" aria-label={label} className="mt-2 h-[120px] overflow-hidden" />
  );
}
