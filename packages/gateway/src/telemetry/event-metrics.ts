// The metrics that grow with what happens: an observer that counts. No label holds a prompt, an id or a key.

import type { Registry } from "@prometheus-io/client";

import type {
  AccountFailureObservation,
  AssetObservation,
  CreditObservation,
  DeliveryObservation,
  EventObserver,
  HttpObservation,
  JobEndObservation,
  JobObservation,
  JobStartObservation,
  PollingObservation,
  RegistryObservation,
  TaskObservation,
  UncertainStartObservation,
  UpstreamObservation,
  WebhookObservation,
} from "../observer.ts";
import { defineCalls, defineJobs } from "./event-definitions.ts";
import { classOf } from "./upstream-classes.ts";

const riskControlled = "risk_controlled";
const sessionInvalid = "session_invalid";
/** The label of the sessions that callers bring: their names have no bound. */
export const visitors = "visitors";

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);

/** An observer that counts. */
export class EventMetrics implements EventObserver {
  readonly isActive = true;
  readonly #calls: ReturnType<typeof defineCalls>;
  readonly #jobs: ReturnType<typeof defineJobs>;
  readonly #isConfigured: (account: string) => boolean;

  /** `isConfigured` tells the accounts of the configuration from the sessions that callers bring. */
  constructor(registry: Registry, isConfigured: (account: string) => boolean) {
    this.#calls = defineCalls(registry);
    this.#jobs = defineJobs(registry);
    this.#isConfigured = isConfigured;
    for (const change of ["opened", "found", "sent_again", "unknown"])
      this.#jobs.uncertain.add([change], 0);
    for (const outcome of ["delivered", "failed", "given_up"])
      this.#calls.webhooks.add([outcome], 0);
  }

  /** Shows the counters of these accounts from zero: rates and alerts need the value before the first event. */
  showAccounts(names: readonly string[]): void {
    for (const name of names) {
      this.#jobs.charged.add([name], 0);
      this.#jobs.refunded.add([name], 0);
      this.#jobs.riskEvents.add([name, "none"], 0);
      for (const code of [riskControlled, sessionInvalid])
        this.#jobs.accountFailures.add([name, code], 0);
    }
  }

  httpAnswered({ method, route, status, durationMs }: HttpObservation): void {
    const knownMethod = methods.has(method) ? method : "other";
    this.#calls.httpRequests.add([knownMethod, route, String(status)]);
    this.#calls.httpDurations.observe([route], durationMs / 1000);
  }

  jobCreated({ kind, model }: Pick<JobObservation, "kind" | "model">): void {
    this.#jobs.created.add([kind, model]);
  }

  jobChanged(): void {
    // Its starts and ends are counted by themselves.
  }

  jobStarted({ kind, queuedMs }: JobStartObservation): void {
    this.#jobs.queueDurations.observe([kind], queuedMs / 1000);
  }

  jobEnded({ kind, model, status, code, runMs }: JobEndObservation): void {
    this.#jobs.ended.add([kind, model, status]);
    if (code !== null) this.#jobs.failures.add([kind, code]);
    if (runMs !== null) this.#jobs.runDurations.observe([kind, model], runMs / 1000);
  }

  jobDelivered({ kind, afterMs }: DeliveryObservation): void {
    this.#jobs.deliveryDurations.observe([kind], afterMs / 1000);
  }

  pollingEnded({ kind, polls }: PollingObservation): void {
    this.#jobs.polls.observe([kind], polls);
  }

  startUncertain({ change }: UncertainStartObservation): void {
    this.#jobs.uncertain.add([change]);
  }

  creditsMoved({ account, charged, refunded }: CreditObservation): void {
    const label = this.#accountLabel(account);
    this.#jobs.charged.add([label], charged);
    this.#jobs.refunded.add([label], refunded);
  }

  assetStored({ contentType, bytes }: AssetObservation): void {
    this.#jobs.assets.add([contentType]);
    this.#jobs.assetBytes.add([contentType], bytes);
  }

  taskRan({ kind, failed, durationMs }: TaskObservation): void {
    this.#calls.tasks.add([kind, failed ? "failed" : "done"]);
    this.#calls.taskDurations.observe([kind], durationMs / 1000);
  }

  upstreamAnswered(observation: UpstreamObservation): void {
    const { endpoint, region, durationMs } = observation;
    this.#calls.upstreamRequests.add([endpoint, region, classOf(observation)]);
    this.#calls.upstreamDurations.observe([endpoint, region], durationMs / 1000);
  }

  accountFailed({ account, code, ret }: AccountFailureObservation): void {
    const label = this.#accountLabel(account);
    this.#jobs.accountFailures.add([label, code]);
    if (code === riskControlled) this.#jobs.riskEvents.add([label, ret ?? "none"]);
  }

  accountExpiring(): void {
    // The end of each session is a gauge.
  }

  registryChanged({ region, change }: RegistryObservation): void {
    this.#jobs.registryChanges.add([region, change]);
  }

  audited(): void {
    // Requests are counted by their answers.
  }

  webhookAttempted({ outcome, durationMs }: WebhookObservation): void {
    this.#calls.webhooks.add([outcome]);
    this.#calls.webhookDurations.observe([], durationMs / 1000);
  }

  #accountLabel(account: string): string {
    return this.#isConfigured(account) ? account : visitors;
  }
}
