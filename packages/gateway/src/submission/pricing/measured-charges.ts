// What others were charged on the Chinese site, from their own credit histories between 20 September and 2 October 2026
// (docs/upstream/credit-history.md). Prices depend on the day and the plan: these are examples, not a price list.

import type { PreparedRequest } from "@jimeng/sdk";
import { anyResolution, findTool } from "@jimeng/sdk/tools";

import { hasInputVideo } from "./act.ts";

/** Credits per picture. */
const perPicture: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "jimeng-5.0": { "2k": 0 },
  "jimeng-5.0-pro": { "2k": 8 },
  "jimeng-5.0-flash": { "2k": 3 },
  // Always four pictures: 20 and 28 in all.
  "mj-8.2": { "1k": 5, "2k": 7 },
};

/** Credits of a video of five seconds at 720p. */
const perFiveSeconds: Readonly<Record<string, number>> = {
  "jimeng-video-seedance-2.0-mini": 24,
  "jimeng-video-seedance-2.0-fast-vip": 30,
  "jimeng-video-seedance-2.0-vip": 70,
  "jimeng-video-seedance-2.5": 60,
};
const measuredSeconds = 5;
const measuredResolution = "720p";

/** Returns what others were charged for the same; null where nobody measured it. */
export function measuredCharge(request: PreparedRequest): number | null {
  const { model, resolution = anyResolution } = request;
  if (request.tool !== undefined) {
    const each = findTool(request.tool)?.prices?.[resolution];
    return each === undefined ? null : each * request.upstreamCount;
  }
  if (request.kind === "image") {
    const each = perPicture[model]?.[resolution];
    return each === undefined ? null : each * request.upstreamCount;
  }
  const isMeasured =
    request.durationSeconds === measuredSeconds &&
    resolution === measuredResolution &&
    !hasInputVideo(request);
  return isMeasured ? (perFiveSeconds[model] ?? null) : null;
}
