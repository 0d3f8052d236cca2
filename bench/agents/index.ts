// The scenarios of `npm run bench -- agents`, each of which can be run alone: `npm run bench -- agents start`.
import type { Figure } from "../figures.ts";
import { measureCalls } from "./calls.ts";
import { measureStart } from "./start.ts";

/** Each scenario by its name. */
export const agentScenarios: Record<string, () => Promise<Figure[]>> = {
  start: measureStart,
  calls: measureCalls,
};
