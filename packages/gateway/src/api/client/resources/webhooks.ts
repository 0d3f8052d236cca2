// The client's calls about webhooks; all but `secret` and `ofJob` need the scope admin.

import type { ListPage } from "../../lists.ts";
import type {
  DeliveryObject,
  MadeWebhookObject,
  WebhookBodyInput,
  WebhookChangesInput,
  WebhookDeleted,
  WebhookObject,
  WebhookSecretObject,
} from "../../webhooks.ts";
import type { CallOptions, PageOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Narrows and pages a list of deliveries. */
export interface DeliveryListOptions extends PageOptions {
  status?: DeliveryObject["status"];
}

/** Stores endpoints, tests them, and reads what was delivered. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Stores an endpoint; its secret is told this once. */
  create(body: WebhookBodyInput, options: CallOptions = {}): Promise<MadeWebhookObject> {
    return this.#transport.json("/v1/webhooks", { method: "POST", body, ...options });
  }

  /** Lists the endpoints. */
  list(options: CallOptions = {}): Promise<ListPage<WebhookObject>> {
    return this.#transport.json("/v1/webhooks", options);
  }

  /** Retrieves an endpoint. */
  retrieve(id: string, options: CallOptions = {}): Promise<WebhookObject> {
    return this.#transport.json(pathOf(id), options);
  }

  /** Changes an endpoint; what is left out stays. */
  update(id: string, body: WebhookChangesInput, options: CallOptions = {}): Promise<WebhookObject> {
    return this.#transport.json(pathOf(id), { method: "PATCH", body, ...options });
  }

  /** Removes an endpoint with what was delivered to it. */
  remove(id: string, options: CallOptions = {}): Promise<WebhookDeleted> {
    return this.#transport.json(pathOf(id), { method: "DELETE", ...options });
  }

  /** Makes a new secret; messages are signed with the old one too for so many seconds, a day unless given. */
  rotate(
    id: string,
    options: CallOptions & { keepOldSeconds?: number } = {},
  ): Promise<MadeWebhookObject> {
    const { signal, keepOldSeconds } = options;
    const body = { keep_old_seconds: keepOldSeconds };
    return this.#transport.json(`${pathOf(id)}/rotate`, { method: "POST", body, signal });
  }

  /** Sends a test message, once, and returns what came of it. */
  test(id: string, options: CallOptions = {}): Promise<DeliveryObject> {
    return this.#transport.json(`${pathOf(id)}/test`, { method: "POST", ...options });
  }

  /** Lists what was and is delivered to an endpoint, newest first. */
  deliveries(id: string, options: DeliveryListOptions = {}): Promise<ListPage<DeliveryObject>> {
    const { signal, ...query } = options;
    return this.#transport.json(`${pathOf(id)}/deliveries`, { query, signal });
  }

  /** Sends a message again. */
  redeliver(id: string, deliveryId: string, options: CallOptions = {}): Promise<DeliveryObject> {
    const path = `${pathOf(id)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`;
    return this.#transport.json(path, { method: "POST", ...options });
  }

  /** Reads the secret of the messages to the `webhook_url` of the caller's own requests. */
  secret(options: CallOptions = {}): Promise<WebhookSecretObject> {
    return this.#transport.json("/v1/webhooks/secret", options);
  }

  /** Lists what was and is delivered to the `webhook_url` of a job's request. */
  ofJob(jobId: string, options: DeliveryListOptions = {}): Promise<ListPage<DeliveryObject>> {
    const { signal, ...query } = options;
    const path = `/v1/jobs/${encodeURIComponent(jobId)}/deliveries`;
    return this.#transport.json(path, { query, signal });
  }
}

function pathOf(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}
