// Refuses requests that would cost more than their caller or the owner allows, before anything is sent.

import { ServiceError } from "../../errors.ts";
import type { ExpectedError } from "../../errors.ts";
import { totalOf } from "./quote.ts";
import type { Quote } from "./quote.ts";

/** The most credits that may be spent; null or absent where there is no ceiling. */
export interface Ceilings {
  /** For all jobs of a request together. */
  maxCredits?: number;
  /** For each job (JIMENG_MAX_CREDITS_PER_JOB). */
  maxCreditsPerJob: number | null;
}

const setting = "JIMENG_MAX_CREDITS_PER_JOB";

/** Returns why a request may not be started; undefined when it may. */
export function refusalOf(
  quotes: readonly Quote[],
  { maxCredits, maxCreditsPerJob }: Ceilings,
): ExpectedError | undefined {
  if (maxCredits !== undefined) {
    const total = totalOf(quotes);
    const fix = "Raise max_credits, or ask for less.";
    if (total === null) return unknownPrice("max_credits", "Leave max_credits out once");
    if (total > maxCredits) return tooDear("max_credits", total, maxCredits, fix);
  }
  if (maxCreditsPerJob === null) return undefined;
  for (const { credits } of quotes) {
    const fix = `Ask for less, or have the owner raise ${setting}.`;
    if (credits === null) return unknownPrice(setting, `Have the owner unset ${setting} once`);
    if (credits > maxCreditsPerJob) return tooDear(setting, credits, maxCreditsPerJob, fix);
  }
  return undefined;
}

function tooDear(param: string, expected: number, ceiling: number, fix: string): ExpectedError {
  return new ServiceError(
    "budget_exceeded",
    `This is expected to cost ${expected} credits, more than ${param} allows (${ceiling}).`,
    { param, reason: "above_ceiling", charged: "no", fix },
  );
}

function unknownPrice(param: string, remedy: string): ExpectedError {
  return new ServiceError(
    "budget_exceeded",
    `What this costs is not known, and ${param} sets a ceiling.`,
    {
      param,
      reason: "price_unknown",
      charged: "no",
      fix: `${remedy}: when that job's charge is settled, the price of the same request is known.`,
    },
  );
}
