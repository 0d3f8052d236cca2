// The scenarios of `npm run bench -- speed`, each of which can be run alone: `npm run bench -- speed ready cpu`.
import type { Figure } from "../figures.ts";
import { measureFinishedGrowth, measureJobGrowth } from "./growth.ts";
import { measureCpu, measureMakespan, measureMemory, measureReady } from "./jobs.ts";
import { measureBusy, measureMetrics, measureRoutes } from "./routes.ts";
import { measureStart } from "./start.ts";
import { measureUpload } from "./upload.ts";

/** Each scenario by its name. */
export const speedScenarios: Record<string, () => Promise<Figure[]>> = {
  ready: measureReady,
  makespan: measureMakespan,
  cpu: measureCpu,
  memory: measureMemory,
  upload: measureUpload,
  routes: measureRoutes,
  metrics: measureMetrics,
  busy: measureBusy,
  start: measureStart,
  "job-growth": measureJobGrowth,
  "finished-growth": measureFinishedGrowth,
};
