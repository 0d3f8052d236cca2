// Gateway keys as JSON: what callers present, what each may do, and what it has spent.

import * as z from "zod";

import { flagSchema, maxPageSize, toPageSchema } from "./lists.ts";

const maxNameLength = 64;
const maxEntries = 100;
const maxEntryLength = 200;
const maxMetadataEntries = 16;
const maxMetadataKeyLength = 64;
const maxMetadataValueLength = 512;
const maxRotationSeconds = 2_592_000;
const maxPresentedKey = 512;

/** What a key may be allowed to do. */
export const keyScopes = ["read", "generate", "account", "admin"] as const;

/** The forms in which pictures are answered when a request names none. */
export const keyResponseFormats = ["url", "b64_json"] as const;

const scopesSchema = z.array(z.enum(keyScopes)).min(1);
const namesSchema = z.array(z.string().min(1).max(maxEntryLength)).min(1).max(maxEntries);
const countSchema = z.int().min(1);
const creditsSchema = z.number().min(0);

/** Facts of the owner's own about a key or a job. */
export const metadataSchema = z
  .record(z.string().min(1).max(maxMetadataKeyLength), z.string().max(maxMetadataValueLength))
  .refine((value) => Object.keys(value).length <= maxMetadataEntries, {
    error: `must have at most ${maxMetadataEntries} entries`,
  });

const rules = {
  scopes: scopesSchema,
  models: namesSchema.nullable(),
  accounts: namesSchema.nullable(),
  expires_at: z.int().min(0).nullable(),
  requests_per_minute: countSchema.nullable(),
  parallel_jobs: countSchema.nullable(),
  max_bytes: countSchema.nullable(),
  max_files: countSchema.nullable(),
  daily_credits: creditsSchema.nullable(),
  monthly_credits: creditsSchema.nullable(),
  soft_limit_percent: z.int().min(1).max(100),
  response_format: z.enum(keyResponseFormats).nullable(),
  metadata: metadataSchema,
  disabled: z.boolean(),
};

const nameSchema = z.string().trim().min(1).max(maxNameLength);

/** The body of `PATCH /v1/keys/{id}`; what is left out stays, null takes a limit away. */
export const keyChangesSchema = z
  .strictObject({ name: nameSchema, ...rules })
  .partial()
  .meta({ id: "KeyChanges" });

/** The body of `POST /v1/keys`. */
export const keyBodySchema = z
  .strictObject({ name: nameSchema, ...z.object(rules).partial().shape })
  .meta({ id: "KeyRequest" });

/** The body of `POST /v1/keys/{id}/rotate`; it may be left out. */
export const keyRotationSchema = z
  .strictObject({ keep_old_seconds: z.int().min(0).max(maxRotationSeconds).optional() })
  .nullish()
  .meta({ id: "KeyRotationRequest" });

/** The query of `GET /v1/keys`. */
export const keyQuerySchema = z.object({
  after: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(maxPageSize).default(maxPageSize),
  order: z.enum(["asc", "desc"]).default("asc"),
  revoked: flagSchema.optional(),
});

/** Where a key comes from: made here, named in a setting, a caller's own session, or this machine's user. */
export const keySources = ["made", "setting", "session", "local"] as const;

/** Credits of a period, UTC. */
const periodSchema = z.object({
  /** What its jobs cost or hold. */
  credits: z.number(),
  /** What is left of the budget; null without one. */
  credits_left: z.number().nullable(),
  resets_at: z.int(),
});

/** What a key has used. */
const keyUsageSchema = z
  .object({
    day: periodSchema,
    month: periodSchema,
    open_jobs: z.int(),
    files: z.int(),
    bytes: z.int(),
  })
  .meta({ id: "KeyUsage" });

/** A gateway key without its text. Times are Unix seconds. */
export const keySchema = z
  .object({
    /** Null for this machine's user. */
    id: z.string().nullable(),
    object: z.literal("key"),
    name: z.string().nullable(),
    source: z.enum(keySources),
    /** The end of the key's text. */
    hint: z.string().nullable(),
    ...rules,
    /** When the text before the last rotation ends; null when it has. */
    old_key_until: z.int().nullable(),
    created_at: z.int().nullable(),
    updated_at: z.int().nullable(),
    rotated_at: z.int().nullable(),
    revoked_at: z.int().nullable(),
    /** Null in lists, and for this machine's user. */
    usage: keyUsageSchema.nullable(),
  })
  .meta({ id: "Key" });

/** A key that was made or rotated, with its text: it is shown this once. */
export const madeKeySchema = keySchema.extend({ key: z.string() }).meta({ id: "MadeKey" });

/** The page of keys. */
export const keyListSchema = toPageSchema(keySchema).meta({ id: "KeyList" });

/** The answer to the revoking of a key. */
export const keyDeletedSchema = z
  .object({ id: z.string(), object: z.literal("key.deleted"), deleted: z.literal(true) })
  .meta({ id: "KeyDeleted" });

/** The body of `POST /v1/sign-in`. */
export const signInBodySchema = z
  .strictObject({ key: z.string().trim().min(1).max(maxPresentedKey) })
  .meta({ id: "SignInRequest" });

/** Whether a browser is signed in, and as whom. Times are Unix seconds. */
export const signInSchema = z
  .object({
    object: z.literal("sign_in"),
    /** False where nobody needs a key: whoever reaches the gateway is its owner. */
    needed: z.boolean(),
    signed_in: z.boolean(),
    /** The id of the key; null for this machine's user, and where nobody is signed in. */
    key_id: z.string().nullable(),
    key_name: z.string().nullable(),
    scopes: z.array(z.enum(keyScopes)),
    /** When the cookie ends; null without one. */
    expires_at: z.int().nullable(),
  })
  .meta({ id: "SignIn" });

export type SignInObject = z.infer<typeof signInSchema>;
export type KeyScope = (typeof keyScopes)[number];
export type KeyObject = z.infer<typeof keySchema>;
export type MadeKeyObject = z.infer<typeof madeKeySchema>;
export type KeyDeleted = z.infer<typeof keyDeletedSchema>;
export type KeyBodyInput = z.input<typeof keyBodySchema>;
export type KeyChangesInput = z.input<typeof keyChangesSchema>;
