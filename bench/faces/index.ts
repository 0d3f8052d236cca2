// The scenarios of `npm run bench -- faces`, each of which can be run alone: `npm run bench -- faces first-byte`.
import type { Figure } from "../figures.ts";
import { measureFirstByte, measureOpenStreams, measureWaitingCallers } from "./callers.ts";
import { measureEdits } from "./edits.ts";
import { measureLibrary } from "./library.ts";
import { measureResults } from "./results.ts";
import { measureBacklog, measureWebhooks } from "./webhooks.ts";

/** Each scenario by its name. */
export const faceScenarios: Record<string, () => Promise<Figure[]>> = {
  "first-byte": measureFirstByte,
  "waiting-callers": measureWaitingCallers,
  "open-streams": measureOpenStreams,
  edits: measureEdits,
  library: measureLibrary,
  results: measureResults,
  webhooks: measureWebhooks,
  backlog: measureBacklog,
};
