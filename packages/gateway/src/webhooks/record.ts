// The stored endpoints and deliveries, and how their rows are read.

import type { WebhookDeliveryTable, WebhookTable } from "../database/migrations/schema.ts";

/** A stored endpoint. Times are Unix milliseconds. */
export interface Webhook {
  id: string;
  url: string;
  /** Types and families of types. */
  events: readonly string[];
  description: string;
  disabled: boolean;
  /** Why the gateway disabled it; null where the owner did, or nobody. */
  disabledReason: string | null;
  /** Encrypted. */
  secret: string;
  /** The one before the last rotation, encrypted. */
  previousSecret: string | null;
  previousUntil: number | null;
  /** It hears of the events after this position. */
  fromPosition: number;
  /** When its first failure since the last success was. */
  failingSince: number | null;
  createdAt: number;
  updatedAt: number;
}

/** One message to one target. Times are Unix milliseconds. */
export interface Delivery {
  /** The `webhook-id` of every attempt. */
  id: string;
  /** What is delivered together: an endpoint, or a host that requests name. */
  target: string;
  /** Null for the address of a single request. */
  webhookId: string | null;
  /** The address that a request named; null for an endpoint's. */
  url: string | null;
  position: number;
  type: string;
  subject: string;
  keyId: string | null;
  account: string | null;
  eventAt: number;
  data: Readonly<Record<string, unknown>> | null;
  status: "pending" | "delivered" | "failed";
  attempts: number;
  /** When the next attempt is due; null once there is none. */
  nextAt: number | null;
  responseStatus: number | null;
  responseBody: string | null;
  error: string | null;
  durationMs: number | null;
  createdAt: number;
  endedAt: number | null;
}

/** Reads a row of `webhooks`. */
export function parseWebhook(row: WebhookTable): Webhook {
  return {
    id: row.id,
    url: row.url,
    events: JSON.parse(row.events) as string[],
    description: row.description,
    disabled: row.disabled !== 0,
    disabledReason: row.disabled_reason,
    secret: row.secret,
    previousSecret: row.previous_secret,
    previousUntil: row.previous_until,
    fromPosition: row.from_position,
    failingSince: row.failing_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Reads a row of `webhook_deliveries`. */
export function parseDelivery(row: WebhookDeliveryTable): Delivery {
  return {
    id: row.id,
    target: row.target,
    webhookId: row.webhook_id,
    url: row.url,
    position: row.position,
    type: row.type,
    subject: row.subject,
    keyId: row.key_id,
    account: row.account,
    eventAt: row.event_at,
    data: row.data === null ? null : (JSON.parse(row.data) as Delivery["data"]),
    status: row.status,
    attempts: row.attempts,
    nextAt: row.next_at,
    responseStatus: row.response_status,
    responseBody: row.response_body,
    error: row.error,
    durationMs: row.duration_ms,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
