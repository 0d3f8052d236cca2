// Translates an estimate into the published shape.

import type { Model, PreparedRequest } from "@jimeng/sdk";

import type { EstimateObject } from "../../api/batches/estimate.ts";
import type { Estimate } from "../../submission/pricing/estimate.ts";
import { toWarningObjects } from "../dialect.ts";
import { toErrorObject } from "../errors.ts";
import { toLegalValues } from "./legal-values.ts";
import { nativeDialect } from "./names.ts";

/** Builds the public estimate. */
export function toEstimateObject(estimate: Estimate, requestId: string): EstimateObject {
  const { jobs, credits, balances, refusal, warnings } = estimate;
  const kind = jobs[0]?.request.kind ?? "image";
  return {
    object: "estimate",
    credits,
    jobs: jobs.map(({ request, quote, model }) => ({
      ...toPricedRequest(request),
      ...toSize(request, model),
      legal: toLegalValues(request, model),
      ...quote,
    })),
    balances,
    refusal: refusal === undefined ? null : toErrorObject(refusal, { requestId }),
    warnings: toWarningObjects(nativeDialect, kind, warnings),
  };
}

/** Builds what a request is priced by. */
export function toPricedRequest(request: PreparedRequest) {
  return {
    kind: request.kind,
    model: request.model,
    resolution: request.resolution,
    ...(request.tool === undefined ? {} : { tool: request.tool }),
    ...(request.kind === "image" ? { count: request.upstreamCount } : {}),
    ...(request.kind === "image" || request.durationSeconds === undefined
      ? {}
      : { duration_seconds: request.durationSeconds }),
  };
}

function toSize({ ratio, resolution, ...request }: PreparedRequest, model: Model | undefined) {
  const nominal = model?.sizes[resolution ?? ""]?.[ratio ?? ""];
  // 0 is a size that is not known.
  const width = request.width || nominal?.width;
  const height = request.height || nominal?.height;
  return {
    ...(ratio === undefined ? {} : { ratio }),
    ...(!width || !height ? {} : { width, height }),
  };
}
