// Estimates a submission: what its jobs would be and cost, and whether they would be started. Nothing is stored or sent.

import { findModel } from "@jimeng/sdk";
import type { Model, PreparedRequest, Warning } from "@jimeng/sdk";

import type { Config } from "../../config/config.ts";
import type { ExpectedError } from "../../errors.ts";
import type { Caller } from "../../keys/caller.ts";
import { prepare } from "../prepare.ts";
import type { PreparationServices } from "../services.ts";
import type { SubmissionContent } from "../submission.ts";
import { withProduct } from "../with-product.ts";
import type { ProductServices } from "../with-product.ts";
import { refusalOf } from "./ceiling.ts";
import { knownBalances, payingAccounts, quoteAll, totalOf, warnAboutBalances } from "./quote.ts";
import type { KnownBalance, Quote, QuoteServices } from "./quote.ts";

/** What an estimate is made with. */
export type EstimateServices = PreparationServices &
  QuoteServices &
  ProductServices & { config: Pick<Config, "maxCreditsPerJob"> };

/** One job that a submission would make. */
export interface EstimatedJob {
  request: PreparedRequest;
  quote: Quote;
  /** The model with what it takes; undefined for a tool. */
  model: Model | undefined;
}

/** What a submission would make and cost. */
export interface Estimate {
  jobs: EstimatedJob[];
  /** Null where the price of one job is not known. */
  credits: number | null;
  balances: KnownBalance[];
  /** Why a ceiling would refuse it; undefined when none would. */
  refusal: ExpectedError | undefined;
  warnings: Warning[];
}

/** Estimates a submission. Throws as `withProduct` and `prepare` do. */
export async function estimate(
  services: EstimateServices,
  caller: Caller,
  submission: SubmissionContent,
): Promise<Estimate> {
  const content = await withProduct(services, caller, submission);
  const prepared = prepare(services, caller, content);
  const requests = prepared.map(({ request }) => request);
  const accounts = payingAccounts(services, caller, content.account);
  const quotes = await quoteAll(services, accounts, requests);
  const credits = totalOf(quotes);
  const { maxCreditsPerJob } = services.config;
  // What an account has is not told to those who may not read its credits.
  const mayTell = caller.may("account");
  const warnings = new Map(
    prepared
      .flatMap((one) => one.warnings)
      .map((warning) => [JSON.stringify(warning), warning] as const),
  );
  return {
    jobs: requests.flatMap((request, index) => {
      const quote = quotes[index];
      return quote === undefined
        ? []
        : [{ request, quote: told(quote, mayTell), model: modelOf(services, content, request) }];
    }),
    credits,
    balances: mayTell ? knownBalances(accounts) : [],
    refusal: refusalOf(quotes, { maxCredits: submission.maxCredits, maxCreditsPerJob }),
    warnings: [...warnings.values(), ...(mayTell ? warnAboutBalances(accounts, credits) : [])],
  };
}

/** Hides how many jobs of others are behind a price from those who may not read the account's credits. */
function told(quote: Quote, mayTell: boolean): Quote {
  return mayTell ? quote : { ...quote, observations: Math.min(1, quote.observations) };
}

function modelOf(
  { models }: Pick<EstimateServices, "models">,
  { account }: SubmissionContent,
  { tool, model }: PreparedRequest,
): Model | undefined {
  if (tool !== undefined) return undefined;
  return findModel(model, { from: models.known(account ?? undefined) });
}
