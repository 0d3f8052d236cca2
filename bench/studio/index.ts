// The scenarios of `npm run bench -- studio`, each of which can be run alone: `npm run bench -- studio sweep`.
import type { Figure } from "../figures.ts";
import { measureFullLibrary, measurePhone, measureSweep } from "./library.ts";
import { measureLive } from "./live.ts";
import { measureFirstLoad, measureWeight } from "./load.ts";

/** Each scenario by its name. */
export const studioScenarios: Record<string, () => Promise<Figure[]>> = {
  weight: measureWeight,
  load: measureFirstLoad,
  library: measureFullLibrary,
  sweep: measureSweep,
  phone: measurePhone,
  live: measureLive,
};
