// How much memory V8 takes before it collects garbage in a serving process. Left alone it takes what is plenty;
// docs/decisions/2026-11-20-bounded-memory.md has the measurements.

import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** By how much the heap may grow beyond what lived through the last full collection, in percent; V8's own is up to 300. */
const heapGrowingPercent = 40;
/** The size beyond which the young generation grows no more, both of its halves together. */
const largestYoungBytes = 32 * 1024 * 1024;
/** The collections within a second that show that it is too small for the work. */
const busyCollections = 20;
const secondMs = 1000;
const standsStill = 1;
const doubles = 2;

/**
 * Bounds the memory of a server that is ready: the old generation from now on, and the young generation, which
 * bin/jimeng.mjs holds at its first size, grows with the work up to its bound. V8 reads both flags whenever it is
 * about to grow.
 */
export function boundMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
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
    const wanted = isBusy && bytes < largestYoungBytes ? doubles : standsStill;
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ["gc"] });
}

function youngBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return space?.space_size ?? 0;
}
