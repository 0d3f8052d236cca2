// Delivers what is due for one target: an endpoint, or the addresses of requests on one host.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import type { Clock } from "../clock.ts";
import { mapAtMost } from "../concurrency.ts";
import type { Observer } from "../observer.ts";
import { waitAfter } from "./backoff.ts";
import { testType } from "./deliveries.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { Delivery, Webhook } from "./record.ts";
import type { WebhookSecrets } from "./secrets.ts";
import { sendMessage } from "./send.ts";
import type { Attempt } from "./send.ts";
import { toSignatureHeaders } from "./signature.ts";
import type { WebhookStore } from "./webhook-store.ts";

/** What delivering works with. */
export interface DelivererOptions {
  webhooks: WebhookStore;
  deliveries: DeliveryStore;
  secrets: WebhookSecrets;
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  userAgent: string;
  clock: Clock;
  logger: Logger;
  observer: Pick<Observer, "webhookAttempted">;
  random: () => number;
  render: (delivery: Delivery) => Promise<string>;
  /** Asks for the next run of a target. */
  schedule: (target: string, at: number) => void;
  /** Told that an endpoint was disabled, which is an event. */
  onDisabled: () => void;
}

const messagesAtOnce = 32;
const messagesPerPage = 256;
// Another node may take over between two runs.
const maxRunMs = 20_000;
// While nothing of a whole page arrives, the rest of a long backlog waits.
const pauseMs = 30_000;
const dayMs = 86_400_000;
const failingDays = 5;
const gone = 410;
const unsendable: Attempt = {
  isDelivered: false,
  status: null,
  body: null,
  error: "The webhook's secret was encrypted with another secret key: rotate it.",
  retryAfterMs: null,
  durationMs: 0,
};

/** Delivers to one target after the other run; a target is run once at a time. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #stopping = new AbortController();

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** Ends the attempts that run; they count as none. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Delivers what is due for a target, and asks for its next run. */
  async run(target: string): Promise<void> {
    const { clock, deliveries, schedule } = this.#options;
    const endsAt = performance.now() + maxRunMs;
    for (;;) {
      if (this.#stopping.signal.aborted) return;
      const due = await deliveries.due(target, clock.now(), messagesPerPage);
      if (due.length === 0) break;
      const delivered = await this.#deliver(target, due);
      if (delivered === 0 && due.length === messagesPerPage) {
        schedule(target, clock.now() + pauseMs);
        return;
      }
      if (performance.now() > endsAt) {
        schedule(target, clock.now());
        return;
      }
    }
    const nextAt = await deliveries.nextAt(target);
    if (nextAt !== null) schedule(target, nextAt);
  }

  /** Delivers one message now, for a caller who waits; it is not tried again. */
  async test(webhook: Webhook, delivery: Delivery): Promise<void> {
    await this.#attempt(delivery, webhook, { isLast: true });
  }

  /** Delivers a page; returns how many arrived. */
  async #deliver(target: string, due: readonly Delivery[]): Promise<number> {
    const { clock, deliveries, webhooks } = this.#options;
    const id = due[0]?.webhookId ?? null;
    const webhook = id === null ? null : await webhooks.get(id);
    if (webhook === undefined || webhook?.disabled === true) {
      const error = webhook === undefined ? "The webhook was deleted." : "The webhook is disabled.";
      await deliveries.giveUp(target, error, clock.now());
      return 0;
    }
    const arrived = await mapAtMost(messagesAtOnce, due, async (delivery) => {
      try {
        return await this.#attempt(delivery, webhook, { isLast: false });
      } catch (error) {
        // The gateway stops: the next run sends it.
        if (this.#stopping.signal.aborted) return false;
        throw error;
      }
    });
    await this.#noteHealth(webhook, arrived);
    return arrived.filter(Boolean).length;
  }

  async #attempt(
    delivery: Delivery,
    webhook: Webhook | null,
    { isLast }: { isLast: boolean },
  ): Promise<boolean> {
    const { render, deliveries, clock, observer } = this.#options;
    this.#stopping.signal.throwIfAborted();
    const attempt = await this.#send(delivery, webhook, await render(delivery));
    const attempts = delivery.attempts + 1;
    const now = clock.now();
    const isGone = attempt.status === gone && webhook !== null;
    const waitMs =
      attempt.isDelivered || isGone || isLast || delivery.type === testType
        ? undefined
        : waitAfter(attempts, {
            retryAfterMs: attempt.retryAfterMs,
            random: this.#options.random,
          });
    const status = attempt.isDelivered ? "delivered" : waitMs === undefined ? "failed" : "pending";
    const outcome = { delivered: "delivered", pending: "failed", failed: "given_up" } as const;
    observer.webhookAttempted({ outcome: outcome[status], durationMs: attempt.durationMs });
    await deliveries.record(delivery.id, {
      status,
      attempts,
      nextAt: waitMs === undefined ? null : now + waitMs,
      responseStatus: attempt.status,
      responseBody: attempt.body,
      error: attempt.error,
      durationMs: attempt.durationMs,
      endedAt: status === "pending" ? null : now,
    });
    if (isGone) await this.#disable(webhook, "The receiver answered 410 Gone.");
    return attempt.isDelivered;
  }

  async #send(delivery: Delivery, webhook: Webhook | null, body: string): Promise<Attempt> {
    const { clock, dispatcher, allowPrivate, userAgent } = this.#options;
    const timestamp = Math.floor(clock.now() / 1000);
    const secrets = this.#secretsOf(delivery, webhook);
    if (secrets.length === 0) return unsendable;
    const headers = toSignatureHeaders(secrets, { id: delivery.id, timestamp, body });
    const { signal } = this.#stopping;
    const address = webhook?.url ?? delivery.url ?? "";
    return sendMessage(address, { headers, body }, { dispatcher, allowPrivate, userAgent, signal });
  }

  /** Returns the secrets in force; none where they were encrypted with another secret key. */
  #secretsOf(delivery: Delivery, webhook: Webhook | null): string[] {
    const { secrets, clock } = this.#options;
    if (webhook === null) return [secrets.ofCaller(delivery.keyId)];
    const { id, secret, previousSecret, previousUntil } = webhook;
    const hasBoth = previousSecret !== null && (previousUntil ?? 0) > clock.now();
    return [secret, ...(hasBoth ? [previousSecret] : [])].flatMap((sealed) => {
      try {
        return [secrets.open(sealed, id)];
      } catch (error) {
        if (JimengError.isInstance(error)) return [];
        throw error;
      }
    });
  }

  /** Notes since when an endpoint fails, and disables one that has failed for days. */
  async #noteHealth(webhook: Webhook | null, arrived: readonly boolean[]): Promise<void> {
    if (webhook === null || this.#stopping.signal.aborted) return;
    const { webhooks, clock } = this.#options;
    const now = clock.now();
    if (arrived.some(Boolean)) {
      if (webhook.failingSince !== null) await webhooks.update(webhook.id, { failingSince: null });
    } else if (webhook.failingSince === null) {
      await webhooks.update(webhook.id, { failingSince: now });
    } else if (now - webhook.failingSince > failingDays * dayMs) {
      await this.#disable(webhook, `Nothing was delivered for ${failingDays} days.`);
    }
  }

  async #disable({ id }: Webhook, reason: string): Promise<void> {
    const { webhooks, clock, logger, onDisabled } = this.#options;
    if (!(await webhooks.disable(id, reason, clock.now()))) return;
    logger.warn({ webhook: id, reason }, "A webhook was disabled");
    onDisabled();
  }
}
