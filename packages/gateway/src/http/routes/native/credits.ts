// The routes of credits: balances, movements, and the daily claim that somebody asks for.

import { JimengError } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import {
  balanceListSchema,
  claimBodySchema,
  claimSchema,
  creditHistoryQuerySchema,
  creditHistorySchema,
  creditsQuerySchema,
  spendingOrder,
} from "../../../api/credits.ts";
import type { Balance } from "../../../api/credits.ts";
import type { AccountAccess } from "../../../accounts/account.ts";
import { mapAtMost } from "../../../concurrency.ts";
import { toErrorObject } from "../../../shapes/errors.ts";
import { toUnixSeconds } from "../../../shapes/values.ts";
import type { Services } from "../../services.ts";
import { chooseAccount, chooseAccounts } from "./account-choice.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["credits"];
const concurrentReads = 5;

/** Registers the credit routes. */
export function creditRoutes(services: Services): FastifyPluginAsyncZod {
  const { accounts, credits } = services;
  return async (app) => {
    app.get(
      "/v1/credits",
      {
        config: { scope: "read" },
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
        const firstError = read.find(({ error }) => error !== null)?.error ?? null;
        // Never a success that holds nothing: what failed for all is the answer's own failure.
        if (firstError !== null && read.every(({ error }) => error !== null)) throw firstError;
        const data = read.map(({ balance, error }) => ({
          ...balance,
          error: error && toErrorObject(error, { requestId: request.id }),
        }));
        return { object: "list" as const, data };
      },
    );

    app.get(
      "/v1/credits/history",
      {
        config: { scope: "read" },
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
        return {
          object: "list" as const,
          account: access.account.name,
          total: page.total,
          data: page.records.map((record) => ({
            amount: record.amount,
            title: record.title,
            created_at: secondsOrNull(record.createdAt),
            submit_id: record.submitId,
          })),
          first_id: null,
          last_id: page.cursor,
          has_more: page.cursor !== null,
        };
      },
    );

    app.post(
      "/v1/credits/claim",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Claim today's free credits, once, because it is asked for here",
          tags,
          body: claimBodySchema,
          response: { 200: claimSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { account, time_zone: timeZone } = request.body ?? {};
        const access = chooseAccount(accounts, request.caller, account ?? undefined);
        const claim = await credits.claim(access, { timeZone: timeZone ?? undefined });
        return {
          account: access.account.name,
          received: claim.received,
          total: claim.total,
          already_received: claim.alreadyReceived,
          consecutive_days: claim.consecutiveDays,
          claimed_at: toUnixSeconds(claim.claimedAt),
          time_zone: claim.timeZone,
        };
      },
    );
  };
}

interface ReadBalance {
  balance: Omit<Balance, "error">;
  error: JimengError | null;
}

async function readBalance(
  services: Services,
  access: AccountAccess,
  fresh: boolean,
): Promise<ReadBalance> {
  const { name, region } = access.account;
  const nothing = {
    account: name,
    region,
    total: null,
    by_type: null,
    expiring: [],
    spending_order: [...spendingOrder],
    fetched_at: null,
  };
  try {
    const { total, byType, expiring, fetchedAt } = await services.credits.balance(access, {
      fresh,
    });
    const balance = {
      ...nothing,
      total,
      by_type: byType,
      expiring: expiring.map(({ amount, expiresAt }) => ({
        amount,
        expires_at: secondsOrNull(expiresAt),
      })),
      fetched_at: toUnixSeconds(fetchedAt),
    };
    return { balance, error: null };
  } catch (error) {
    // One dead session must not hide what the others have.
    if (!JimengError.isInstance(error)) throw error;
    return { balance: nothing, error };
  }
}

function secondsOrNull(milliseconds: number | null): number | null {
  return milliseconds === null ? null : toUnixSeconds(milliseconds);
}
