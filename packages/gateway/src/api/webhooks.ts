// Webhooks as JSON: stored endpoints, what is delivered to them, and the secret of a caller's own addresses.

import * as z from "zod";

import { isEventFilter } from "./events.ts";
import { endingEventNames, eventTypes } from "./event-words.ts";
import { maxPageSize, toPageSchema } from "./lists.ts";

const maxUrlLength = 2048;
const maxDescriptionLength = 200;
const maxKeepSeconds = 604_800;
const defaultKeepSeconds = 86_400;
const webhookTypes = [...eventTypes, ...endingEventNames];

const filterSchema = z.string().refine((text) => isEventFilter(text, webhookTypes), {
  error: `must be one of ${webhookTypes.join(", ")}, a family such as job.*, or *`,
});

const fields = {
  url: z.string().min(1).max(maxUrlLength),
  /** Types of events, families such as `job.*`, or `*`. */
  events: z.array(filterSchema).min(1).max(webhookTypes.length),
  description: z.string().max(maxDescriptionLength),
  disabled: z.boolean(),
};

/** A stored endpoint; times are Unix seconds. Its secret is told once, when it is made or rotated. */
export const webhookSchema = z
  .object({
    id: z.string(),
    object: z.literal("webhook"),
    url: z.string(),
    events: z.array(z.string()),
    description: z.string(),
    disabled: z.boolean(),
    /** Why the gateway disabled it; null where the owner did, or nobody. */
    disabled_reason: z.string().nullable(),
    /** When its first failure since the last success was. */
    failing_since: z.int().nullable(),
    /** Until when messages are signed with the secret before the last rotation, too. */
    previous_secret_until: z.int().nullable(),
    created_at: z.int(),
    updated_at: z.int(),
  })
  .meta({ id: "Webhook" });

/** An endpoint with its secret. */
export const madeWebhookSchema = webhookSchema
  .extend({ secret: z.string() })
  .meta({ id: "MadeWebhook" });

/** All endpoints. */
export const webhookListSchema = toPageSchema(webhookSchema).meta({ id: "WebhookList" });

/** The body of `POST /v1/webhooks`. */
export const webhookBodySchema = z
  .strictObject({
    ...fields,
    description: fields.description.default(""),
    disabled: fields.disabled.default(false),
  })
  .meta({ id: "WebhookCreateRequest" });

/** The body of `PATCH /v1/webhooks/{id}`. */
export const webhookChangesSchema = z
  .strictObject(fields)
  .partial()
  .meta({ id: "WebhookUpdateRequest" });

/** The body of `POST /v1/webhooks/{id}/rotate`. */
export const webhookRotationSchema = z
  .object({
    /** For so many seconds messages are signed with the old secret, too. */
    keep_old_seconds: z.int().min(0).max(maxKeepSeconds).default(defaultKeepSeconds),
  })
  .nullish()
  .meta({ id: "WebhookRotateRequest" });

/** What is answered for an endpoint that was removed. */
export const webhookDeletedSchema = z
  .object({ id: z.string(), object: z.literal("webhook.deleted"), deleted: z.literal(true) })
  .meta({ id: "WebhookDeleted" });

/** One message to one receiver; times are Unix seconds. */
export const deliverySchema = z
  .object({
    /** The `webhook-id` header of every attempt. */
    id: z.string(),
    object: z.literal("webhook.delivery"),
    /** Null for the address that a request named. */
    webhook_id: z.string().nullable(),
    event_id: z.string(),
    type: z.string(),
    /** The id of what the event is about. */
    subject: z.string(),
    status: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    next_attempt_at: z.int().nullable(),
    response_status: z.int().nullable(),
    /** The beginning of the last answer; null for the address that a request named. */
    response_body: z.string().nullable(),
    error: z.string().nullable(),
    duration_ms: z.int().nullable(),
    created_at: z.int(),
    ended_at: z.int().nullable(),
  })
  .meta({ id: "WebhookDelivery" });

/** One page of deliveries. */
export const deliveryListSchema = toPageSchema(deliverySchema).meta({ id: "WebhookDeliveryList" });

/** The query of the deliveries of an endpoint. */
export const deliveryQuerySchema = z.object({
  after: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(maxPageSize).default(20),
  order: z.enum(["asc", "desc"]).default("desc"),
  status: deliverySchema.shape.status.optional(),
});

/** The secret that signs messages to the addresses that the caller's requests name. */
export const webhookSecretSchema = z
  .object({ object: z.literal("webhook.secret"), secret: z.string() })
  .meta({ id: "WebhookSecret" });

export type WebhookObject = z.infer<typeof webhookSchema>;
export type MadeWebhookObject = z.infer<typeof madeWebhookSchema>;
export type WebhookBodyInput = z.input<typeof webhookBodySchema>;
export type WebhookChangesInput = z.input<typeof webhookChangesSchema>;
export type WebhookDeleted = z.infer<typeof webhookDeletedSchema>;
export type DeliveryObject = z.infer<typeof deliverySchema>;
export type WebhookSecretObject = z.infer<typeof webhookSecretSchema>;
