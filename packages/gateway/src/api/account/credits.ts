// Credits as JSON: balances, movements, and the daily claim.

import * as z from "zod";

import { accountNameSchema, regionSchema } from "../accounts.ts";
import { errorObjectSchema } from "../errors.ts";
import { defaultPageSize, maxPageSize, toListSchema } from "../lists.ts";
import { flagSchema } from "../queries.ts";

const maxCursorLength = 200;
const maxTimeZoneLength = 100;

/** The order in which the site spends credits: membership first, then purchased, then gifts. */
export const spendingOrder = ["vip", "purchased", "gift"] as const;

/** The query of `GET /v1/credits`. */
export const creditsQuerySchema = z.object({
  account: accountNameSchema.optional(),
  fresh: flagSchema.optional(),
});

/** The query of `GET /v1/credits/history`; `after` is the `last_id` of the page before. */
export const creditHistoryQuerySchema = z.object({
  account: accountNameSchema.optional(),
  after: z.string().min(1).max(maxCursorLength).optional(),
  limit: z.coerce.number().int().min(1).max(maxPageSize).default(defaultPageSize),
});

/** The body of `POST /v1/credits/claim`; it may be left out. */
export const claimBodySchema = z
  .object({
    account: accountNameSchema.nullish(),
    time_zone: z.string().min(1).max(maxTimeZoneLength).nullish(),
  })
  .nullish()
  .meta({ id: "CreditClaimRequest" });

/** One account's balance; everything but `error` is null where it could not be read. Times are Unix seconds. */
export const balanceSchema = z
  .object({
    account: z.string(),
    region: regionSchema,
    total: z.number().nullable(),
    by_type: z.object({ vip: z.number(), purchased: z.number(), gift: z.number() }).nullable(),
    expiring: z.array(z.object({ amount: z.number(), expires_at: z.int().nullable() })),
    spending_order: z.array(z.enum(spendingOrder)),
    fetched_at: z.int().nullable(),
    error: errorObjectSchema.nullable(),
  })
  .meta({ id: "Balance" });

/** The list of balances. */
export const balanceListSchema = toListSchema(balanceSchema).meta({ id: "BalanceList" });

/** One movement of credits, negative when spent; `submit_id` is that of the job it paid for. */
const creditRecordSchema = z
  .object({
    amount: z.number(),
    title: z.string(),
    created_at: z.int().nullable(),
    submit_id: z.string().nullable(),
  })
  .meta({ id: "CreditRecord" });

/** A page of movements, newest first; `last_id` holds the upstream's cursor. */
export const creditHistorySchema = z
  .object({
    object: z.literal("list"),
    account: z.string(),
    total: z.number().nullable(),
    data: z.array(creditRecordSchema),
    first_id: z.null(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({ id: "CreditHistory" });

/** What a daily claim brought; "already received" is an answer, not an error. */
export const claimSchema = z
  .object({
    account: z.string(),
    received: z.number(),
    total: z.number().nullable(),
    already_received: z.boolean(),
    consecutive_days: z.int(),
    claimed_at: z.int(),
    time_zone: z.string(),
  })
  .meta({ id: "CreditClaim" });

export type Balance = z.infer<typeof balanceSchema>;
export type CreditHistory = z.infer<typeof creditHistorySchema>;
export type Claim = z.infer<typeof claimSchema>;
