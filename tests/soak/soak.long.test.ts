// A soak of two minutes: long enough for every fault, too short to judge memory, which `npm run soak` does.
import { expect, test } from "vitest";
import { runSoak } from "./run.ts";

const limitMs = 600_000;
// The connection of the scrape itself, and a new one for a background read.
const spareHandles = 2;

test(
  "two minutes at 10 jobs a second with faults: nothing lost, and the metrics are what was started and paid",
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const report = await runSoak({ minutes: 2, jobsPerSecond: 10, seed });
    const story = `seed ${seed}\n${report.output}`;
    expect(report.complaints, story).toEqual([]);
    for (const [name, { told, real }] of Object.entries(report.figures))
      expect(told, `${name}, ${story}`).toBe(real);
    expect(report.handles.after, story).toBeLessThanOrEqual(report.handles.before + spareHandles);
    expect(report.faults).toBeGreaterThan(0);
    expect(report.completed).toBeGreaterThan(0);
  },
  limitMs,
);
