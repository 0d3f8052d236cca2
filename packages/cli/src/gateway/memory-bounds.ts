// Limits the memory that V8 takes before it collects garbage in a server. By default it takes far more than needed;
// docs/decisions/2026-11-20-bounded-memory.md has the measurements.

import { type EventLoopUtilization, PerformanceObserver, performance } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Maximum growth of the heap after a full collection, in percent; V8's own is up to 300. */
const heapGrowingPercent = 40;
/** Maximum size of the young generation, both of its halves together. */
const maxYoungBytes = 32 * 1024 * 1024;
/** Number of collections within a second that shows that it is too small for the work. */
const busyCollections = 20;
const secondMs = 1000;
/** Time between two looks at whether the process rests. */
const restCheckMs = 2000;
/** Share of that time for which a resting process may have worked. */
const restUtilization = 0.05;
/** Growth of the heap since the last collection at rest that makes another worth its pause. */
const worthCollectingBytes = 16 * 1024 * 1024;
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

/**
 * Collects garbage once the process rests after the heap has grown, and a second time, with which V8 gives back the
 * young generation. V8 collects when a program allocates: what a burst leaves would stay for as long as nothing happens.
 * It looks every `checkMs` milliseconds.
 */
export function collectAtRest(checkMs = restCheckMs): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => Promise<void>;
  let atRestBytes = process.memoryUsage().heapUsed;
  let wanted = 0;
  let since: EventLoopUtilization = performance.eventLoopUtilization();
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, since);
    since = now;
    if (utilization > restUtilization) return;
    if (process.memoryUsage().heapUsed - atRestBytes > worthCollectingBytes) wanted = 2;
    if (wanted === 0) return;
    wanted -= 1;
    void collect({ type: "major", execution: "async" }).then(() => {
      atRestBytes = process.memoryUsage().heapUsed;
    });
  };
  setInterval(look, checkMs).unref();
}

function youngBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return space?.space_size ?? 0;
}
