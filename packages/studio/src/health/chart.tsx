// A figure in words, over its course as bars.

import * as words from "../words/health.js";

/** What one bar shows: a value, and above it one that is bad. */
export interface ChartBar {
  value: number;
  bad: number;
  /** What the bar says when the pointer rests on it. */
  tip: string;
}

/** What a chart shows. */
export interface ChartProps {
  title: string;
  /** The figure of the whole time; null for none. */
  value: string | null;
  /** A second figure in words. */
  note: string;
  bars: readonly ChartBar[];
  /** Writes the value of the highest bar. */
  format: (value: number) => string;
  /** The times at both ends. */
  ends: readonly [string, string];
}

const gap = 0.15;

/** Shows a figure. */
export function Chart({ title, value, note, bars, format, ends }: ChartProps) {
  const most = Math.max(0, ...bars.map((bar) => bar.value + bar.bad));
  const heightOf = (part: number): number => (most === 0 ? 0 : part / most);
  const said = value ?? words.noneYet();
  return (
    <figure className="min-w-0 rounded-lg border border-line bg-panel p-3">
      <figcaption className="flex flex-wrap items-baseline gap-x-2">
        <span className="mr-auto text-soft">{title}</span>
        <span className={`text-xl font-semibold tabular-nums ${value === null ? "text-soft" : ""}`}>
          {said}
        </span>
        <span className="w-full text-right text-xs text-soft">{note}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={words.chartOf({ title, value: said, note })}
        viewBox={`0 0 ${bars.length} 1`}
        preserveAspectRatio="none"
        className="mt-2 block h-24 w-full border-b border-line"
      >
        {bars.map((bar, at) => {
          const [good, bad] = [heightOf(bar.value), heightOf(bar.bad)];
          const place = { x: at + gap / 2, width: 1 - gap };
          return (
            <g key={at}>
              <title>{bar.tip}</title>
              <rect {...place} y={0} height={1} className="fill-transparent hover:fill-hover" />
              <rect {...place} y={1 - good} height={good} className="fill-accent" />
              <rect {...place} y={1 - good - bad} height={bad} className="fill-bad" />
            </g>
          );
        })}
      </svg>
      <div aria-hidden className="flex justify-between text-xs text-soft tabular-nums">
        <span>{ends[0]}</span>
        {most > 0 && <span>↑ {format(most)}</span>}
        <span>{ends[1]}</span>
      </div>
    </figure>
  );
}
