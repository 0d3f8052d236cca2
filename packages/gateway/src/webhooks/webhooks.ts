// Webhooks: the endpoints that the owner stores, and the delivery of events to them and to the addresses of requests.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";
import { v7 as uuidV7 } from "uuid";

import type { Clock, Timer } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { ServiceError } from "../errors.ts";
import type { SecretKeys } from "../encryption/sealer.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Jobs } from "../jobs/job.ts";
import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";
import type { Urls } from "../shapes/urls.ts";
import { assertWebhookUrl } from "../storage/webhook-url.ts";
import { taskKey } from "../tasks/dispatcher.ts";
import type { TaskKind, Tasks } from "../tasks/tasks.ts";
import { Deliverer } from "./deliverer.ts";
import { newDelivery, testType } from "./deliveries.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import type { DeliveryFilter, DeliveryStore } from "./delivery-store.ts";
import { renderPayload } from "./payload.ts";
import { WebhookPump } from "./pump.ts";
import type { Delivery, Webhook } from "./record.ts";
import { createWebhookSecrets } from "./secrets.ts";
import type { WebhookSecrets } from "./secrets.ts";
import { makeWebhookSecret } from "./signature.ts";
import { createWebhookStore } from "./webhook-store.ts";
import type { WebhookStore } from "./webhook-store.ts";

/** What the owner says of an endpoint. */
export interface WebhookInput {
  url: string;
  events: readonly string[];
  description: string;
  disabled: boolean;
}

/** An endpoint with its secret, which is told this once. */
export interface MadeWebhook {
  webhook: Webhook;
  secret: string;
}

/** The endpoints and deliveries. */
export interface Webhooks {
  create(input: WebhookInput): Promise<MadeWebhook>;
  /** Throws `not_found`. */
  get(id: string): Promise<Webhook>;
  list(): Promise<Webhook[]>;
  /** Changes an endpoint. Throws `not_found`. */
  update(id: string, changes: Partial<WebhookInput>): Promise<Webhook>;
  /** Removes an endpoint with its deliveries. Throws `not_found`. */
  remove(id: string): Promise<void>;
  /** Gives an endpoint a new secret; for so long messages are signed with both. Throws `not_found`. */
  rotate(id: string, keepOldMs: number): Promise<MadeWebhook>;
  /** Sends a test message now, once, and returns what came of it. Throws `not_found`. */
  test(id: string): Promise<Delivery>;
  deliveries(filter: DeliveryFilter): Promise<{ deliveries: Delivery[]; hasMore: boolean }>;
  /** Sends an endpoint's message again, as if it were new. Throws `not_found`, and `conflict` while it is due. */
  redeliver(webhookId: string, deliveryId: string): Promise<Delivery>;
  /** Returns the secret of the messages to the addresses that a caller's requests name. */
  secretOfCaller(keyId: string | null): string;
  /** Belongs into the table of kinds as `deliver`. */
  readonly task: TaskKind;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What webhooks work with. */
export interface WebhooksOptions {
  database: GatewayDatabase;
  events: EventLog;
  jobs: Pick<Jobs, "get" | "asset">;
  tasks: Pick<Tasks, "schedule">;
  /** The secrets that encrypt what is stored. */
  secretKeys: SecretKeys;
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  userAgent: string;
  clock: Clock;
  logger: Logger;
  observer?: Observer;
  random?: () => number;
  /** Returns the addresses that messages carry. */
  urls: () => Urls;
}

const kind = "deliver";
const keepEndedMs = 7 * 86_400_000;
const removeEveryMs = 3_600_000;
const rowsPerRemoval = 1000;

/** Makes the webhooks; nothing is sent before `start`. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  return new StoredWebhooks(options);
}

class StoredWebhooks implements Webhooks {
  readonly #options: WebhooksOptions;
  readonly #webhooks: WebhookStore;
  readonly #deliveries: DeliveryStore;
  readonly #secrets: WebhookSecrets;
  readonly #pump: WebhookPump;
  readonly #deliverer: Deliverer;
  readonly task: TaskKind;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: WebhooksOptions) {
    const { database, events, clock, logger, jobs, urls } = options;
    this.#options = options;
    this.#webhooks = createWebhookStore(database);
    this.#deliveries = createDeliveryStore(database);
    this.#secrets = createWebhookSecrets(options.secretKeys);
    this.#deliverer = new Deliverer({
      webhooks: this.#webhooks,
      deliveries: this.#deliveries,
      secrets: this.#secrets,
      dispatcher: options.dispatcher,
      allowPrivate: options.allowPrivate,
      userAgent: options.userAgent,
      clock,
      logger,
      observer: options.observer ?? noObserver,
      random: options.random ?? Math.random,
      render: (delivery) => renderPayload(delivery, { jobs, urls: urls(), now: clock.now() }),
      schedule: (target, at) => this.#schedule(target, at),
      onDisabled: () => events.hint(),
    });
    this.#pump = new WebhookPump({
      database,
      log: events,
      clock,
      logger,
      onDeliveries: (targets) => {
        for (const target of targets) this.#schedule(target, clock.now());
      },
    });
    this.task = {
      run: (target) => this.#deliverer.run(target),
      overdue: ({ lateMs, limit }) => this.#deliveries.overdueTargets(clock.now() - lateMs, limit),
    };
  }

  async create(input: WebhookInput): Promise<MadeWebhook> {
    const { clock, events } = this.#options;
    this.#checkUrl(input.url);
    const now = clock.now();
    const id = `whk_${uuidV7()}`;
    const secret = makeWebhookSecret();
    const webhook: Webhook = {
      id,
      ...input,
      disabledReason: null,
      secret: this.#secrets.seal(secret, id),
      previousSecret: null,
      previousUntil: null,
      // It hears of what happens from now on.
      fromPosition: await events.head(),
      failingSince: null,
      createdAt: now,
      updatedAt: now,
    };
    await this.#webhooks.insert(webhook);
    return { webhook, secret };
  }

  async get(id: string): Promise<Webhook> {
    const webhook = await this.#webhooks.get(id);
    if (webhook === undefined) throw notFound();
    return webhook;
  }

  list(): Promise<Webhook[]> {
    return this.#webhooks.list();
  }

  async update(id: string, changes: Partial<WebhookInput>): Promise<Webhook> {
    const { clock, events } = this.#options;
    if (changes.url !== undefined) this.#checkUrl(changes.url);
    const known = await this.get(id);
    const isEnabled = known.disabled && changes.disabled === false;
    await this.#change(id, {
      ...changes,
      ...(changes.disabled === undefined ? {} : { disabledReason: null }),
      // What happened while it was disabled is not made up for.
      ...(isEnabled ? { failingSince: null, fromPosition: await events.head() } : {}),
      updatedAt: clock.now(),
    });
    return await this.get(id);
  }

  async remove(id: string): Promise<void> {
    if (!(await this.#webhooks.remove(id))) throw notFound();
  }

  async rotate(id: string, keepOldMs: number): Promise<MadeWebhook> {
    const now = this.#options.clock.now();
    const { secret: previousSecret } = await this.get(id);
    const secret = makeWebhookSecret();
    await this.#change(id, {
      secret: this.#secrets.seal(secret, id),
      previousSecret: keepOldMs === 0 ? null : previousSecret,
      previousUntil: keepOldMs === 0 ? null : now + keepOldMs,
      updatedAt: now,
    });
    return { webhook: await this.get(id), secret };
  }

  async test(id: string): Promise<Delivery> {
    const webhook = await this.get(id);
    const now = this.#options.clock.now();
    const event = {
      position: 0,
      type: testType,
      subject: id,
      keyId: null,
      account: null,
      createdAt: now,
      data: { message: "This is a test of your webhook." },
    };
    // Not due for the task: it is sent here, once.
    const made = newDelivery(event, { target: id, webhookId: id, now });
    const delivery = { ...made, nextAt: null };
    await this.#deliveries.insert(delivery);
    await this.#deliverer.test(webhook, delivery);
    return (await this.#deliveries.get(delivery.id)) ?? delivery;
  }

  deliveries(filter: DeliveryFilter): Promise<{ deliveries: Delivery[]; hasMore: boolean }> {
    return this.#deliveries.list(filter);
  }

  async redeliver(webhookId: string, deliveryId: string): Promise<Delivery> {
    const delivery = await this.#deliveries.get(deliveryId);
    if (delivery === undefined || delivery.webhookId !== webhookId) throw deliveryNotFound();
    const { disabled } = await this.get(webhookId);
    if (disabled) throw webhookDisabled();
    const now = this.#options.clock.now();
    await this.#deliveries.renew(deliveryId, now);
    this.#schedule(delivery.target, now);
    return (await this.#deliveries.get(deliveryId)) ?? delivery;
  }

  secretOfCaller(keyId: string | null): string {
    return this.#secrets.ofCaller(keyId);
  }

  async start(): Promise<void> {
    for (const { target, nextAt } of await this.#deliveries.waitingTargets())
      this.#schedule(target, nextAt);
    await this.#pump.start();
    this.#removeEnded();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#deliverer.stop();
    await this.#pump.close();
    await this.#options.dispatcher.destroy();
  }

  #schedule(target: string, at: number): void {
    if (!this.#isClosed) this.#options.tasks.schedule(taskKey(kind, target), at);
  }

  #checkUrl(url: string): void {
    assertWebhookUrl(url, { allowPrivate: this.#options.allowPrivate, param: "url" });
  }

  async #change(id: string, changes: Partial<Webhook>): Promise<void> {
    if (!(await this.#webhooks.update(id, changes))) throw notFound();
  }

  /** Removes what ended long ago, now and every hour. */
  #removeEnded(): void {
    const { clock, logger } = this.#options;
    const remove = async (): Promise<void> => {
      const before = clock.now() - keepEndedMs;
      while (
        !this.#isClosed &&
        (await this.#deliveries.removeEnded(before, rowsPerRemoval)) === rowsPerRemoval
      ) {
        // Page after page.
      }
    };
    remove().catch((error: unknown) => logger.warn({ error }, "Failed to remove old deliveries"));
    this.#timer = clock.setTimer(() => this.#removeEnded(), removeEveryMs);
  }
}

function notFound(): JimengError {
  return new JimengError("not_found", "There is no webhook of this id.", {
    what: "webhook",
    param: "id",
    fix: "GET /v1/webhooks lists them.",
  });
}

function deliveryNotFound(): JimengError {
  return new JimengError("not_found", "This webhook has no delivery of this id.", {
    what: "webhook",
    param: "delivery",
    fix: "GET /v1/webhooks/{id}/deliveries lists them; those that ended a week ago are removed.",
  });
}

function webhookDisabled(): ServiceError {
  return new ServiceError("conflict", "The webhook is disabled.", {
    param: "id",
    fix: 'Enable it first: PATCH /v1/webhooks/{id} with {"disabled": false}.',
  });
}
