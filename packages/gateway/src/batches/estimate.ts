// Estimates a batch: every line is checked and priced while it comes in; nothing is stored.

import { JimengError } from "@jimeng/sdk";
import type { PreparedRequest } from "@jimeng/sdk";

import type { ExpectedError } from "../errors.ts";
import { knownBalances, payingAccounts } from "../submission/pricing/quote.ts";
import type { KnownBalance, Quote } from "../submission/pricing/quote.ts";
import type { BatchParts } from "./parts.ts";
import { checkLine } from "./receive.ts";
import type { IncomingBatch, LinesToCheck } from "./receive.ts";
import { splitLines } from "./split-lines.ts";

/** A call that asks what a batch would cost. */
export type IncomingEstimate = LinesToCheck & Pick<IncomingBatch, "body">;

/** Jobs of one price. */
export interface PricedJobs {
  request: PreparedRequest;
  quote: Quote;
  jobs: number;
}

/** What a batch would make and cost. */
export interface BatchEstimate {
  lines: number;
  /** The lines that cannot be met, the first of them with their errors. */
  refusedLines: number;
  refusals: { number: number; customId: string | null; error: ExpectedError }[];
  jobs: number;
  /** Null where the price of one line is not known. */
  credits: number | null;
  knownCredits: number;
  unpricedLines: number;
  prices: PricedJobs[];
  balances: KnownBalance[];
}

const shownRefusals = 100;
const shownPrices = 100;

/** Estimates a batch. Throws `invalid_request` for a body without lines. */
export async function estimateBatch(
  parts: BatchParts,
  incoming: IncomingEstimate,
): Promise<BatchEstimate> {
  const accounts = payingAccounts(parts.services, incoming.caller, null);
  const found: Omit<BatchEstimate, "prices" | "credits"> = {
    lines: 0,
    refusedLines: 0,
    refusals: [],
    jobs: 0,
    knownCredits: 0,
    unpricedLines: 0,
    balances: knownBalances(accounts),
  };
  const prices = new Map<string, PricedJobs>();
  for await (const raw of splitLines(incoming.body)) {
    const { number, customId, estimate, error } = await checkLine(parts, incoming, raw);
    found.lines++;
    if (error !== undefined) {
      found.refusedLines++;
      if (found.refusals.length < shownRefusals) found.refusals.push({ number, customId, error });
      continue;
    }
    if (estimate === undefined) {
      found.unpricedLines++;
      continue;
    }
    found.jobs += estimate.jobs.length;
    found.knownCredits += estimate.credits ?? 0;
    if (estimate.credits === null) found.unpricedLines++;
    for (const { request, quote } of estimate.jobs) addPrice(prices, request, quote);
  }
  if (found.lines === 0) throw noLines();
  const credits = found.unpricedLines > 0 ? null : found.knownCredits;
  return { ...found, credits, prices: [...prices.values()] };
}

function addPrice(prices: Map<string, PricedJobs>, request: PreparedRequest, quote: Quote): void {
  const { kind, tool, model, resolution } = request;
  const particular = kind === "image" ? request.upstreamCount : request.durationSeconds;
  const key = JSON.stringify([kind, tool, model, resolution, particular, quote]);
  const known = prices.get(key);
  if (known !== undefined) known.jobs++;
  else if (prices.size < shownPrices) prices.set(key, { request, quote, jobs: 1 });
}

function noLines(): JimengError {
  return new JimengError("invalid_request", "The batch has no lines.", {
    param: "body",
    charged: "no",
    fix: "Send JSONL, one request on each line, or a JSON array of requests.",
  });
}
