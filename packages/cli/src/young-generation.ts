// Owns how much memory V8 gives to young objects in a serving process. Refuses to know what is served.
// Left alone it may grow to 128 MiB where memory is plenty; docs/decisions/2026-11-20-bounded-young-generation.md
// has the measurements.

import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Is the size beyond which it grows no more, both of its halves together. */
const largestBytes = 32 * 1024 * 1024;
/** Are the collections within a second that show that it is too small for the work. */
const busyCollections = 20;
const secondMs = 1000;
const standsStill = 1;
const doubles = 2;

/** Lets the young generation grow with the work, up to its bound; until then bin/jimeng.mjs holds it at its first size. */
export function letYoungGenerationGrow(): void {
  let factor = standsStill;
  let collectedAt: number[] = [];
  let knownBytes = youngBytes();
  new PerformanceObserver((list) => {
    const bytes = youngBytes();
    const now = performance.now();
    const since = [...collectedAt, ...list.getEntries().map(({ startTime }) => startTime)];
    // A new size has to prove too small by itself: the burst behind the start is no work.
    collectedAt = bytes === knownBytes ? since.filter((at) => at > now - secondMs) : [];
    knownBytes = bytes;
    const isBusy = collectedAt.length >= busyCollections;
    const wanted = isBusy && bytes < largestBytes ? doubles : standsStill;
    // V8 reads this flag whenever it is about to grow; the size itself can only be set on node's command line.
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ["gc"] });
}

function youngBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return space?.space_size ?? 0;
}
