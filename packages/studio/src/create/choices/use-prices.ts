// What the draft would cost with each model: one question to the gateway for all of them.

import { useQuery } from "@tanstack/react-query";

import { estimateAll } from "../../data/client.ts";
import { queryKeys } from "../../data/query-client.ts";
import { promptOfEstimate, toJobBody } from "../job-body.ts";
import { fitDraft } from "../legality.ts";
import type { ComposerState } from "../use-composer.ts";

/** Returns a function that tells the price with a model: null where nobody knows it, undefined until it is read. */
export function usePrices({
  draft,
  models,
}: Pick<ComposerState, "draft" | "models">): (model: string) => number | null | undefined {
  const references = draft.references.filter(({ source }) => source !== null);
  const bodies = models.map(({ id, jimeng }) => {
    const fitted = fitDraft({ ...draft, references }, jimeng).draft;
    return toJobBody({ ...fitted, model: id }, promptOfEstimate, null);
  });
  const { data } = useQuery({
    queryKey: queryKeys.estimate(bodies),
    queryFn: ({ signal }) => estimateAll(bodies, signal),
    enabled: bodies.length > 0,
    // A price that nobody knew may be known after the next request.
    staleTime: 0,
    retry: false,
    gcTime: 60_000,
  });
  return (model) => {
    const found = (data?.prices ?? []).filter((price) => price.model === model);
    if (found.length === 0) return undefined;
    return found.reduce<number | null>(
      (sum, { credits, jobs }) => (sum === null || credits === null ? null : sum + credits * jobs),
      0,
    );
  };
}
