// The audit log as JSON: who did what with which key, and what was refused.

import * as z from "zod";

import { toPageSchema } from "./lists.ts";

/** What became of a request: it was done, refused (401, 402, 403, 429), or failed in another way. */
export const auditOutcomes = ["done", "refused", "failed"] as const;

const maxLimit = 1000;
const defaultLimit = 50;
const maxTextLength = 200;

/** The query of `GET /v1/audit`. */
export const auditQuerySchema = z.object({
  /** An action such as `key.create`, or the beginning of some: `key.`. */
  action: z.string().min(1).max(maxTextLength).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  /** The id of a key. */
  key: z.string().min(1).max(maxTextLength).optional(),
  /** Unix seconds, this one included. */
  from: z.coerce.number().int().nonnegative().optional(),
  /** Unix seconds, this one not included. */
  to: z.coerce.number().int().nonnegative().optional(),
  /** The id of the entry after which the page begins. */
  after: z.string().max(maxTextLength).optional(),
  limit: z.coerce.number().int().min(1).max(maxLimit).default(defaultLimit),
  order: z.enum(["asc", "desc"]).default("desc"),
  /** `jsonl` for every entry, one a line, without pages. */
  format: z.enum(["json", "jsonl"]).default("json"),
});

/** One entry. */
export const auditEntrySchema = z
  .object({
    id: z.string(),
    object: z.literal("audit.entry"),
    /** Unix seconds. */
    created_at: z.int(),
    /** Such as `job.create`, `job.cancel`, `account.create`, `key.rotate`, `webhook.delete`, `sign_in`; `read` of refused reads. */
    action: z.string(),
    outcome: z.enum(auditOutcomes),
    /** The method and the pattern of the route. */
    route: z.string(),
    status: z.int(),
    /** The error's code; null for what was done. */
    code: z.string().nullable(),
    /** The caller: a key's id, the fingerprint of a visitor's session, or null for the local user and for nobody. */
    key_id: z.string().nullable(),
    key_name: z.string().nullable(),
    address: z.string().nullable(),
    /** The ids of what it was done to: jobs, a key, an account, a webhook. */
    subjects: z.array(z.string()),
    /** What the request named as its `user`; nothing but this log looks at it. */
    user: z.string().nullable(),
    request_id: z.string().nullable(),
    /** How many refusals were left out before this one because there were too many. */
    left_out: z.int(),
  })
  .meta({ id: "AuditEntry" });

/** A page of entries. */
export const auditListSchema = toPageSchema(auditEntrySchema).meta({ id: "AuditList" });

export type AuditEntryObject = z.infer<typeof auditEntrySchema>;
export type AuditListObject = z.infer<typeof auditListSchema>;
