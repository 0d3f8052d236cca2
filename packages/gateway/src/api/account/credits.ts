// Credits as JSON: balances, movements, the daily claim, and the ledger of what jobs cost.

import * as z from "zod";

import { accountNameSchema, regionSchema } from "../accounts.ts";
import { errorObjectSchema } from "../errors.ts";
import { defaultPageSize, flagSchema, maxPageSize, toListSchema } from "../lists.ts";

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

/** What sums may be grouped by. */
export const ledgerGroups = ["key", "model", "account", "kind", "day"] as const;

const maxGroups = 2;
const maxLedgerTextLength = 200;
const secondMs = 1000;

const groupBySchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(",")))
  .pipe(z.array(z.enum(ledgerGroups)).min(1).max(maxGroups))
  .refine((groups) => new Set(groups).size === groups.length, { error: "names one twice" });

/** A time: Unix seconds, or a day such as 2026-11-29 (its beginning, UTC). Read as Unix milliseconds. */
const timeSchema = z
  .string()
  .regex(/^(\d{1,11}|\d{4}-\d{2}-\d{2})$/, { error: "must be Unix seconds or YYYY-MM-DD" })
  .transform((text) => (text.includes("-") ? Date.parse(text) : Number(text) * secondMs))
  .refine((at) => !Number.isNaN(at), { error: "is no day" });

const textSchema = z.string().min(1).max(maxLedgerTextLength);

/** The query of `GET /v1/credits/ledger`; `metadata.NAME=value` narrows to jobs with that fact. */
export const ledgerQuerySchema = z.looseObject({
  group_by: groupBySchema.optional(),
  key: textSchema.optional(),
  model: textSchema.optional(),
  account: textSchema.optional(),
  kind: z.enum(["image", "video", "audio"]).optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  job_id: textSchema.optional(),
  request_id: textSchema.optional(),
  format: z.enum(["json", "csv"]).optional(),
  after: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(maxPageSize).default(maxPageSize),
  order: z.enum(["asc", "desc"]).default("desc"),
});

const sums = {
  jobs: z.int(),
  /** Set aside for jobs whose cost is not known yet. */
  reserved: z.number(),
  charged: z.number(),
  refunded: z.number(),
  /** Charged and not refunded. */
  net: z.number(),
};

/** Sums of everything that the query means. */
const ledgerTotalSchema = z.object(sums).meta({ id: "LedgerTotal" });

/** The sums of the jobs that agree in what they are grouped by; only that is present. */
const ledgerSumSchema = z
  .object({
    object: z.literal("ledger.sum"),
    key: z.string().nullable().optional(),
    key_name: z.string().nullable().optional(),
    model: z.string().nullable().optional(),
    account: z.string().nullable().optional(),
    kind: z.string().optional(),
    /** A day, UTC. */
    day: z.string().optional(),
    ...sums,
  })
  .meta({ id: "LedgerSum" });

/** What one job was expected to cost and cost, in credits; null where that is not known. */
const ledgerEntrySchema = z
  .object({
    /** The id of the job. */
    id: z.string(),
    object: z.literal("ledger.entry"),
    created_at: z.int(),
    key: z.string().nullable(),
    key_name: z.string().nullable(),
    model: z.string().nullable(),
    account: z.string().nullable(),
    kind: z.string(),
    status: z.string(),
    estimated: z.number().nullable(),
    reserved: z.number().nullable(),
    charged: z.number().nullable(),
    refunded: z.number().nullable(),
    net: z.number(),
    settled_at: z.int().nullable(),
    request_id: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: "LedgerEntry" });

/** A page of jobs, or all sums where `group_by` is given, with the total of everything that is meant. */
export const ledgerSchema = z
  .object({
    object: z.literal("list"),
    /** The time that is meant, Unix seconds; null without a bound. */
    from: z.int().nullable(),
    to: z.int().nullable(),
    total: ledgerTotalSchema,
    data: z.array(z.union([ledgerEntrySchema, ledgerSumSchema])),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
  .meta({ id: "Ledger" });

export type LedgerObject = z.infer<typeof ledgerSchema>;
export type LedgerEntryObject = z.infer<typeof ledgerEntrySchema>;
export type LedgerSumObject = z.infer<typeof ledgerSumSchema>;
export type Balance = z.infer<typeof balanceSchema>;
export type CreditHistory = z.infer<typeof creditHistorySchema>;
export type Claim = z.infer<typeof claimSchema>;
