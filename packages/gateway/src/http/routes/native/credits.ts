// The routes of credits: balances, movements, and the daily claim that a caller asks for.

import { JimengError } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import type { AccountAccess } from "../../../accounts/account.ts";
import {
  balanceListSchema,
  claimBodySchema,
  claimSchema,
  creditHistoryQuerySchema,
  creditHistorySchema,
  creditsQuerySchema,
} from "../../../api/account/credits.ts";
import { mapAtMost } from "../../../concurrency.ts";
import { toBalanceObject, toClaimObject, toCreditHistory } from "../../../shapes/native/credits.ts";
import type { ReadBalance } from "../../../shapes/native/credits.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { chooseAccount, chooseAccounts } from "./account-choice.ts";

const tags = ["credits"];
const concurrentReads = 5;

/** Registers the credit routes. */
export function creditRoutes(services: Services): FastifyPluginAsyncZod {
  const { accounts, credits } = services;
  return async (app) => {
    app.get(
      "/v1/credits",
      {
        config: { scope: "account", confirmedSession: true },
        schema: {
          summary: "Read the balances, by type and with what expires",
          tags,
          querystring: creditsQuerySchema,
          response: { 200: balanceListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { account, fresh } = request.query;
        const chosen = chooseAccounts(accounts, request.caller, account);
        const read = await mapAtMost(concurrentReads, chosen, (access) =>
          readBalance(services, access, fresh ?? false),
        );
        const [firstError] = read.flatMap((each) => ("error" in each ? [each.error] : []));
        // An answer without any balance would be an empty success: the failure of all is the answer's own.
        if (firstError !== undefined && read.every((each) => "error" in each)) throw firstError;
        return {
          object: "list" as const,
          data: read.map((each) => toBalanceObject(each, request.id)),
        };
      },
    );

    app.get(
      "/v1/credits/history",
      {
        config: { scope: "account", confirmedSession: true },
        schema: {
          summary: "List what came in and what was spent, newest first",
          tags,
          querystring: creditHistoryQuerySchema,
          response: { 200: creditHistorySchema, ...errorResponses },
        },
      },
      async (request) => {
        const { account, after, limit } = request.query;
        const access = chooseAccount(accounts, request.caller, account);
        const page = await credits.history(access, { limit, cursor: after });
        return toCreditHistory(access.account, page);
      },
    );

    app.post(
      "/v1/credits/claim",
      {
        config: { scope: "account", confirmedSession: true },
        schema: {
          summary: "Claim today's free credits, once",
          tags,
          body: claimBodySchema,
          response: { 200: claimSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { account, time_zone: timeZone } = request.body ?? {};
        const access = chooseAccount(accounts, request.caller, account ?? undefined);
        const claim = await credits.claim(access, { timeZone: timeZone ?? undefined });
        return toClaimObject(access.account, claim);
      },
    );
  };
}

async function readBalance(
  { credits }: Services,
  access: AccountAccess,
  fresh: boolean,
): Promise<ReadBalance> {
  const { account } = access;
  try {
    return { account, balance: await credits.balance(access, { fresh }) };
  } catch (error) {
    // One dead session must not hide the balances of the others.
    if (!JimengError.isInstance(error)) throw error;
    return { account, error };
  }
}
