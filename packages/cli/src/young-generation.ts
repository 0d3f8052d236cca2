// Owns how much memory V8 gives to young objects in a serving process. Refuses to know what is served.
// Left alone it may grow to 128 MiB where memory is plenty; docs/decisions/2026-11-20-bounded-young-generation.md
// has the measurements.

import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Is the size beyond which it grows no more, both of its halves together. */
const largestBytes = 32 * 1024 * 1024;
const standsStill = 1;
const doubles = 2;

/** Is the bound on a process's young generation. */
export interface YoungGeneration {
  /** Lets it grow to its bound from now on; before, it keeps its first size: loading leaves nothing but garbage. */
  grow(): void;
}

/** Bounds the young generation of this process. */
export function boundYoungGeneration(): YoungGeneration {
  let factor = doubles;
  const setFactor = (wanted: number): void => {
    if (factor === wanted) return;
    factor = wanted;
    // V8 reads this flag whenever it is about to grow; the size itself can only be set on node's command line.
    setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
  };
  setFactor(standsStill);
  return {
    grow() {
      setFactor(doubles);
      new PerformanceObserver(() => {
        setFactor(youngBytes() < largestBytes ? doubles : standsStill);
      }).observe({ entryTypes: ["gc"] });
    },
  };
}

function youngBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return space?.space_size ?? 0;
}
