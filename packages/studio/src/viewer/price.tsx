// What a request would cost, before it is made.

import type { EstimateObject, JobBodyInput } from "@jimeng/gateway/api";
import { useQuery } from "@tanstack/react-query";

import { client } from "../data/client.ts";
import { queryKeys } from "../data/query-client.ts";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/viewer.js";

/** Reads what a body of `POST /v1/jobs` would cost. */
export function useEstimate(body: JobBodyInput) {
  return useQuery({
    queryKey: queryKeys.estimate(body),
    queryFn: ({ signal }): Promise<EstimateObject> => client.jobs.estimate(body, { signal }),
    retry: false,
  });
}

/** Says a price. */
export function priceText(estimate: EstimateObject | undefined): string {
  if (estimate === undefined) return "…";
  if (estimate.credits === null) return words.priceUnknown();
  if (estimate.credits === 0) return words.free();
  return words.credits({ count: estimate.credits, number: formatNumber(estimate.credits) });
}
