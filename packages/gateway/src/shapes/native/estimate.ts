// Translates an estimate into the published shape.

import type { EstimateObject } from "../../api/estimate.ts";
import type { Estimate } from "../../submission/pricing/estimate.ts";
import { toWarningObjects } from "../dialect.ts";
import { toErrorObject } from "../errors.ts";
import { nativeDialect } from "./names.ts";

/** Builds the public estimate. */
export function toEstimateObject(estimate: Estimate, requestId: string): EstimateObject {
  const { jobs, credits, balances, refusal, warnings } = estimate;
  const kind = jobs[0]?.request.kind ?? "image";
  return {
    object: "estimate",
    credits,
    jobs: jobs.map(({ request, quote }) => ({
      kind: request.kind,
      model: request.model,
      resolution: request.resolution,
      ...(request.tool === undefined ? {} : { tool: request.tool }),
      ...(request.kind === "image" ? { count: request.upstreamCount } : {}),
      ...(request.kind === "image" || request.durationSeconds === undefined
        ? {}
        : { duration_seconds: request.durationSeconds }),
      ...quote,
    })),
    balances,
    refusal: refusal === undefined ? null : toErrorObject(refusal, { requestId }),
    warnings: toWarningObjects(nativeDialect, kind, warnings),
  };
}
