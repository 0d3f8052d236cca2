// Draws a line with uPlot in the page's colours.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { formatTime } from "../words/format.ts";

const axisPixels = 72;
const timePixels = 28;
// Room above the highest value.
const headroom = 1.15;

/** Draws a line into an element and returns it. */
export function drawLine(
  element: HTMLElement,
  data: uPlot.AlignedData,
  height: number,
  format: (value: number) => string,
): uPlot {
  const style = getComputedStyle(element);
  const [ink, line, accent] = ["--color-soft", "--color-line", "--color-accent"].map((name) =>
    colourOf(element, style.getPropertyValue(name)),
  );
  const axis = {
    stroke: ink ?? "",
    grid: { stroke: line ?? "", width: 1 },
    ticks: { show: false },
  };
  const values = (_: uPlot, splits: number[]): string[] => splits.map(format);
  const times = (_: uPlot, splits: number[]): string[] =>
    splits.map((at, index) => (index % 2 === 0 ? formatTime(at) : ""));
  const options: uPlot.Options = {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * headroom : 1] } },
    axes: [
      { ...axis, size: timePixels, values: times },
      { ...axis, size: axisPixels, values },
    ],
    series: [{}, { stroke: accent ?? "", width: 2, spanGaps: true, points: { show: false } }],
  };
  return new uPlot(options, data, element);
}

/** A canvas does not know light-dark(): the browser works the colour out. */
function colourOf(element: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
