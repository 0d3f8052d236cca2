// The documentation of the routes of webhooks.

import type { OperationTexts } from "../operation-text.ts";

/** Webhooks. */
export const webhookTexts: OperationTexts = {
  "GET /v1/webhooks": { id: "listWebhooks", description: "Lists the stored endpoints." },
  "POST /v1/webhooks": {
    id: "createWebhook",
    description:
      "Stores an endpoint. Its secret is in this answer and nowhere else. It hears of what happens from now on.",
    bodies: {
      ends: { url: "https://example.com/hook", events: ["job.completed", "job.failed"] },
      videos: { url: "https://example.com/hook", events: ["video.*"], description: "my site" },
    },
  },
  "GET /v1/webhooks/{id}": { id: "retrieveWebhook", description: "An endpoint by its id." },
  "PATCH /v1/webhooks/{id}": {
    id: "updateWebhook",
    description: "Changes an endpoint; what is left out stays.",
    bodies: { pause: { disabled: true }, types: { events: ["*"] } },
  },
  "DELETE /v1/webhooks/{id}": {
    id: "deleteWebhook",
    description: "Removes an endpoint. What waits for it is not sent any more.",
  },
  "POST /v1/webhooks/{id}/rotate": {
    id: "rotateWebhookSecret",
    description:
      "Makes a new secret. For `keep_old_seconds`, a day by default, messages carry a signature by each of the two.",
    bodies: { day: {}, now: { keep_old_seconds: 0 } },
  },
  "POST /v1/webhooks/{id}/test": {
    id: "testWebhook",
    description: "Sends a `webhook.test` message, once, and answers with what came of it.",
  },
  "GET /v1/webhooks/{id}/deliveries": {
    id: "listWebhookDeliveries",
    description: "Lists messages with the answers of the receiver; a week of those that ended.",
  },
  "POST /v1/webhooks/{id}/deliveries/{delivery}/redeliver": {
    id: "redeliverWebhook",
    description: "Sends a message again, under its old id, with as many attempts as a new one.",
    failures: ["state"],
  },
  "GET /v1/webhooks/secret": {
    id: "retrieveWebhookSecret",
    description:
      "The secret that signs the messages to the `webhook_url` of the caller's own requests. It is the same until the gateway's secret key changes.",
  },
  "GET /v1/jobs/{id}/deliveries": {
    id: "listJobDeliveries",
    description: "Lists the messages to the `webhook_url` of a job's request.",
  },
};
