// The published JSON shapes of accounts, credits and history import: bodies, queries and answers, as zod schemas. No
// shape has a place for a session.

import * as z from "zod";

import { errorObjectSchema } from "./schemas.ts";

const largestPage = 100;
const defaultPage = 20;
const largestImport = 1000;
const defaultImport = 100;
const mostNames = 100;

/** The order in which the site spends credits: membership first, then purchased, then gifts. */
export const spendingOrder = ["vip", "purchased", "gift"] as const;

const name = z.string().min(1).max(200);
const regionSchema = z.enum(["cn", "us", "hk", "jp", "sg"]);
const flagSchema = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true");

/** The query of `GET /v1/credits`. */
export const creditsQuerySchema = z.object({
  account: name.optional(),
  fresh: flagSchema.optional(),
});

/** The query of `GET /v1/credits/history`; `after` is the `last_id` of the page before. */
export const creditHistoryQuerySchema = z.object({
  account: name.optional(),
  after: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(largestPage).default(defaultPage),
});

/** The body of `POST /v1/credits/claim`; it may be left out. */
export const claimBodySchema = z
  .object({ account: name.nullish(), time_zone: z.string().min(1).max(100).nullish() })
  .nullish()
  .meta({ id: "CreditClaimRequest" });

/** The body of `POST /v1/accounts/check`; without names every configured account is checked. */
export const accountsCheckBodySchema = z
  .object({ accounts: z.array(name).min(1).max(mostNames).nullish() })
  .nullish()
  .meta({ id: "AccountsCheckRequest" });

/** The body of `POST /v1/history/import`; `since` is Unix seconds, `limit` the newest records to look at. */
export const historyImportBodySchema = z
  .object({
    account: name.nullish(),
    limit: z.int().min(1).max(largestImport).nullish(),
    since: z.int().min(0).nullish(),
  })
  .nullish()
  .meta({ id: "HistoryImportRequest" });

/** How many records an import looks at when nothing is said. */
export const defaultImportLimit = defaultImport;

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
export const balanceListSchema = z
  .object({ object: z.literal("list"), data: z.array(balanceSchema) })
  .meta({ id: "BalanceList" });

/** One movement of credits, negative when spent; `submit_id` is that of the job it paid for. */
export const creditRecordSchema = z
  .object({
    amount: z.number(),
    title: z.string(),
    created_at: z.int().nullable(),
    submit_id: z.string().nullable(),
  })
  .meta({ id: "CreditRecord" });

/** A page of movements; the upstream's cursor stands in `last_id`. */
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

/** Lists the words for an account's standing with the upstream. */
export const standings = ["ok", "session_invalid", "cooling_down", "blocked"] as const;

/** An account, without its session. */
export const accountSchema = z
  .object({
    name: z.string(),
    object: z.literal("account"),
    region: regionSchema,
    adopted: z.boolean(),
    standing: z.enum(standings),
    /** The end of a rest, Unix seconds; null for every other standing. */
    until: z.int().nullable(),
    in_flight: z.int(),
  })
  .meta({ id: "Account" });

/** The list of accounts. */
export const accountListSchema = z
  .object({ object: z.literal("list"), data: z.array(accountSchema) })
  .meta({ id: "AccountList" });

/** What a check found; `valid` is null when it could not be learned, and `error` says why. */
export const checkedAccountSchema = z
  .object({
    account: z.string(),
    region: regionSchema,
    valid: z.boolean().nullable(),
    user: z
      .object({ id: z.string(), name: z.string().nullable(), avatar_url: z.string().nullable() })
      .nullable(),
    credits: z.object({ total: z.number() }).nullable(),
    membership: z.string().nullable(),
    models: z.array(z.string()),
    error: errorObjectSchema.nullable(),
  })
  .meta({ id: "CheckedAccount" });

/** The list of checks, in the order asked. */
export const checkedAccountListSchema = z
  .object({ object: z.literal("list"), data: z.array(checkedAccountSchema) })
  .meta({ id: "CheckedAccountList" });

/** What an import did. */
export const historyImportSchema = z
  .object({
    account: z.string(),
    imported: z.array(z.string()),
    skipped: z.object({ known: z.int(), failed: z.int(), unreadable: z.int() }),
  })
  .meta({ id: "HistoryImport" });

export type Balance = z.infer<typeof balanceSchema>;
export type CreditHistory = z.infer<typeof creditHistorySchema>;
export type Claim = z.infer<typeof claimSchema>;
export type AccountObject = z.infer<typeof accountSchema>;
export type CheckedAccountObject = z.infer<typeof checkedAccountSchema>;
export type HistoryImport = z.infer<typeof historyImportSchema>;

/** A list without pages. */
export interface WholeList<Item> {
  object: "list";
  data: Item[];
}
