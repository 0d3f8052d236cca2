// Limits the memory that V8 takes before it collects garbage in a server. By default it takes far more than needed;
// docs/decisions/2026-11-20-bounded-memory.md has the measurements.

import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Maximum growth of the heap after a full collection, in percent; V8's own is up to 300. */
const heapGrowingPercent = 40;
/** Maximum size of the young generation, both of its halves together. */
const maxYoungBytes = 32 * 1024 * 1024;
/** Number of collections within a second that shows that it is too small for the work. */
const busyCollections = 20;
const secondMs = 1000;
const noGrowth = 1;
const doubleGrowth = 2;

/**
 * Bounds the memory of a server that is ready: the old generation from now on, and the young generation, which
 * bin/jimeng.mjs holds at its first size, grows with the work up to its bound. V8 reads both flags whenever it is
 * about to grow.
 */
export function boundMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  let factor = noGrowth;
  let collectedAt: number[] = [];
  let knownBytes = youngBytes();
  new PerformanceObserver((list) => {
    const bytes = youngBytes();
    const now = performance.now();
    const since = [...collectedAt, ...list.getEntries().map(({ startTime }) => startTime)];
    // Collections before a change of size do not count: a burst at the start is not load.
    collectedAt = bytes === knownBytes ? since.filter((at) => at > now - secondMs) : [];
    knownBytes = bytes;
    const isBusy = collectedAt.length >= busyCollections;
    const wanted = isBusy && bytes < maxYoungBytes ? doubleGrowth : noGrowth;
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ["gc"] });
}

function youngBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return space?.space_size ?? 0;
}
