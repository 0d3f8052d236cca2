// Translates webhooks and their deliveries into the published shapes.

import type { DeliveryObject, WebhookObject } from "../../api/webhooks.ts";
import { toUnixSeconds, toUnixSecondsOrNull } from "../values.ts";

/** An endpoint, as it is stored. Times are Unix milliseconds. */
interface StoredWebhook {
  id: string;
  url: string;
  events: readonly string[];
  description: string;
  disabled: boolean;
  disabledReason: string | null;
  failingSince: number | null;
  previousUntil: number | null;
  createdAt: number;
  updatedAt: number;
}

/** A delivery, as it is stored. Times are Unix milliseconds. */
interface StoredDelivery {
  id: string;
  webhookId: string | null;
  position: number;
  type: string;
  subject: string;
  status: DeliveryObject["status"];
  attempts: number;
  nextAt: number | null;
  responseStatus: number | null;
  responseBody: string | null;
  error: string | null;
  durationMs: number | null;
  createdAt: number;
  endedAt: number | null;
}

/** Builds the public endpoint, without its secret. */
export function toWebhookObject(webhook: StoredWebhook, now: number): WebhookObject {
  const { id, url, events, description, disabled, previousUntil } = webhook;
  const hasPrevious = previousUntil !== null && previousUntil > now;
  return {
    id,
    object: "webhook",
    url,
    events: [...events],
    description,
    disabled,
    disabled_reason: webhook.disabledReason,
    failing_since: toUnixSecondsOrNull(webhook.failingSince),
    previous_secret_until: hasPrevious ? toUnixSeconds(previousUntil) : null,
    created_at: toUnixSeconds(webhook.createdAt),
    updated_at: toUnixSeconds(webhook.updatedAt),
  };
}

/** Builds the public delivery. */
export function toDeliveryObject(delivery: StoredDelivery): DeliveryObject {
  const { id, webhookId, position, type, subject, status, attempts, error } = delivery;
  return {
    id,
    object: "webhook.delivery",
    webhook_id: webhookId,
    event_id: position === 0 ? `evt_${id}` : `evt_${position}`,
    type,
    subject,
    status,
    attempts,
    next_attempt_at: toUnixSecondsOrNull(delivery.nextAt),
    response_status: delivery.responseStatus,
    // Whoever names an address must not read through the gateway what answers there.
    response_body: webhookId === null ? null : delivery.responseBody,
    error,
    duration_ms: delivery.durationMs,
    created_at: toUnixSeconds(delivery.createdAt),
    ended_at: toUnixSecondsOrNull(delivery.endedAt),
  };
}
