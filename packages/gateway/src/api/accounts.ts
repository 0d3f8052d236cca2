// Accounts as JSON: their health, and what a check of their sessions found. A session has no place in any shape.

import * as z from "zod";

import { errorObjectSchema } from "./errors.ts";
import { toListSchema } from "./lists.ts";

const maxNameLength = 200;
const maxNames = 100;
const maxPasteLength = 100_000;
const maxProxyLength = 500;

/** The name of an account in a body or a query. */
export const accountNameSchema = z.string().min(1).max(maxNameLength);

/** The regions of the site. */
export const regionSchema = z.enum(["cn", "us", "hk", "jp", "sg"]);

/** The words for an account's health. */
export const accountHealths = ["ok", "expiring", "expired", "cooling_down", "blocked"] as const;

/** The body of `POST /v1/accounts/check`; without names every configured account is checked. */
export const accountsCheckBodySchema = z
  .object({ accounts: z.array(accountNameSchema).min(1).max(maxNames).nullish() })
  .nullish()
  .meta({ id: "AccountsCheckRequest" });

/** The body of `POST /v1/accounts`. */
export const newAccountBodySchema = z
  .object({
    /** The bare id, the cookies of the signed-in site, or a request copied as cURL: it goes in and never comes out. */
    session: z.string().min(1).max(maxPasteLength),
    name: z
      .string()
      .regex(
        /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u,
        "use letters, digits, dot, dash and underscore",
      )
      .nullish(),
    region: regionSchema.nullish(),
    proxy: z
      .url({ protocol: /^https?$/ })
      .max(maxProxyLength)
      .nullish(),
    check: z.boolean().nullish(),
  })
  .strict()
  .meta({ id: "NewAccount" });

/** The answer to the removal of an account. */
export const accountDeletedSchema = z
  .object({ name: z.string(), object: z.literal("account.deleted"), deleted: z.literal(true) })
  .meta({ id: "AccountDeleted" });

/** The answer to `POST /v1/accounts/reload`: the names of the accounts whose setting has changed. */
export const accountsReloadSchema = z
  .object({
    object: z.literal("accounts.reload"),
    added: z.array(z.string()),
    /** Those with another session than before. */
    renewed: z.array(z.string()),
    removed: z.array(z.string()),
    /** Those that no setting names any more, until their unfinished generations have ended. */
    kept: z.array(z.string()),
  })
  .meta({ id: "AccountsReload" });

export type AccountsReloadObject = z.infer<typeof accountsReloadSchema>;

/** What others recorded of calls from a program in a region; `unknown` where nobody did. */
const recordedSchema = z.enum(["works", "refused", "unknown"]);

/** When the session ends, Unix seconds, where the pasted cookie (`sid_guard`) told; null otherwise. */
const sessionEndsAtSchema = z.int().nullable();

/** An account, without its session. */
export const accountSchema = z
  .object({
    name: z.string(),
    object: z.literal("account"),
    region: regionSchema,
    adopted: z.boolean(),
    /** True for an account stored with `POST /v1/accounts` or `jimeng login`. */
    stored: z.boolean(),
    health: z.enum(accountHealths),
    /** The end of a cool-down, Unix seconds; null otherwise. */
    until: z.int().nullable(),
    /** Why it is expired, cools down or is blocked, and what its owner can do; null while it is well. */
    problem: z
      .object({
        code: z.string(),
        /** The site's own code, where it gave one. */
        ret: z.string().nullable(),
        message: z.string(),
        fix: z.string().nullable(),
      })
      .nullable(),
    /** The models that its membership does not include, as the site answered within the last hour. */
    refused_models: z.array(z.string()),
    session_ends_at: sessionEndsAtSchema,
    /** When its owner checked it last, Unix seconds; null before the first check. */
    checked_at: z.int().nullable(),
    /** The balance that was read last; null before. */
    credits: z.object({ total: z.number() }).nullable(),
    /** The membership that the last check found; null without one, or before. */
    membership: z.string().nullable(),
    in_flight: z.int(),
    /**
     * How many generations of a model run at once, for models of which the site refused more; it grows again while starts
     * succeed.
     */
    concurrency_limits: z.array(z.object({ model: z.string(), limit: z.int() })),
  })
  .meta({ id: "Account" });

/** The list of accounts. */
export const accountListSchema = toListSchema(accountSchema).meta({ id: "AccountList" });

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
    session_ends_at: sessionEndsAtSchema,
    /** What others recorded of this region with the session alone; nothing is refused because of it. */
    from_programs: z.object({
      reads: recordedSchema,
      starts: recordedSchema,
      claims: recordedSchema,
    }),
    error: errorObjectSchema.nullable(),
  })
  .meta({ id: "CheckedAccount" });

/** The list of checks, in the order asked. */
export const checkedAccountListSchema = toListSchema(checkedAccountSchema).meta({
  id: "CheckedAccountList",
});

export type NewAccountBody = z.input<typeof newAccountBodySchema>;
export type AccountDeletedObject = z.infer<typeof accountDeletedSchema>;
export type AccountObject = z.infer<typeof accountSchema>;
export type CheckedAccountObject = z.infer<typeof checkedAccountSchema>;
