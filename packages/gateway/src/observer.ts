// The interface by which metrics, traces and audit learn what happens. Those who call it know none of them.

import type { GenerationKind, Region } from "@jimeng/sdk";
import type { RegistryChange } from "@jimeng/sdk/registry";

/** One answered HTTP request. */
export interface HttpObservation {
  method: string;
  /** The route's pattern, such as `/v1/jobs/:id`; never the path, which may hold ids. */
  route: string;
  status: number;
  durationMs: number;
}

/** One thing that happened to a job. */
export interface JobObservation {
  /** Such as `job.completed`. */
  event: string;
  kind: GenerationKind;
  model: string;
}

/** A difference between a site's live list of models and the built-in table, told once. */
export interface RegistryObservation {
  change: RegistryChange["change"];
  region: Region;
  /** The model's public id. */
  model: string;
}

/** An account whose session ends soon, or should have ended. */
export interface ExpiryObservation {
  account: string;
  region: Region;
  /** Unix milliseconds. */
  endsAt: number;
}

/** A job that the upstream accepted. */
export interface JobStartObservation {
  kind: GenerationKind;
  model: string;
  /** From its creation until it was accepted. */
  queuedMs: number;
}

/** A job that has ended. */
export interface JobEndObservation {
  kind: GenerationKind;
  model: string;
  status: "completed" | "failed" | "cancelled";
  /** The error's code; null for a completed one. */
  code: string | null;
  /** From the acceptance until the end; null for a job that was never accepted. */
  runMs: number | null;
}

/** A caller who waited for a job has its answer. */
export interface DeliveryObservation {
  kind: GenerationKind;
  /** From the job's end until its answer was written. */
  afterMs: number;
}

/** A generation that is not polled any more. */
export interface PollingObservation {
  kind: GenerationKind;
  polls: number;
}

/**
 * An uncertain start: `opened` when a paid call failed without a clear outcome, the others say how it was resolved. One
 * that a sudden death left is resolved without having been opened.
 */
export interface UncertainStartObservation {
  change: "opened" | "found" | "sent_again" | "unknown";
}

/** Credits that the account's history showed. */
export interface CreditObservation {
  account: string;
  charged: number;
  refunded: number;
}

/** A call of the upstream that failed in a way that says something of the account. */
export interface AccountFailureObservation {
  account: string;
  code: string;
  /** The envelope's ret; null without one. */
  ret: string | null;
}

/** One HTTP exchange with the upstream. */
export interface UpstreamObservation {
  /** The path of an API, or the name of an upload's action; never with ids. */
  endpoint: string;
  region: Region;
  /** The HTTP status; null when no answer came. */
  status: number | null;
  /** The envelope's ret; null where the answer shows none. */
  ret: string | null;
  durationMs: number;
  method: string;
  /** The name of the host. */
  host: string;
  /** The upstream's own id of the request; null where the answer shows none. */
  logid: string | null;
}

/** One run of a task. */
export interface TaskObservation {
  kind: string;
  failed: boolean;
  durationMs: number;
}

/** A result's file that was stored. */
export interface AssetObservation {
  contentType: string;
  bytes: number;
}

/** One attempt to deliver a webhook. */
export interface WebhookObservation {
  /** `failed` will be tried again, `given_up` will not. */
  outcome: "delivered" | "failed" | "given_up";
  durationMs: number;
}

/** A request that changed something, or was refused. No prompt and no secret has a place in it. */
export interface AuditObservation {
  /** Such as `job.create` or `key.rotate`; `read` of refused reads. */
  action: string;
  outcome: "done" | "refused" | "failed";
  /** The method and the pattern of the route. */
  route: string;
  status: number;
  /** The error's code; null for what was done. */
  code: string | null;
  /** The caller's id; null for the local user and for nobody. */
  keyId: string | null;
  address: string | null;
  /** The ids of what it was done to. */
  subjects: readonly string[];
  /** What the request named as its `user`. */
  user: string | null;
  requestId: string | null;
}

/** A request that came in. */
export interface RequestTraceStart {
  method: string;
  /** The route's pattern. */
  route: string;
  requestId: string;
  /** The caller's W3C context; undefined where it sent none. */
  traceparent: string | undefined;
}

/** A request that is traced until it is answered. */
export interface TracedRequest {
  /** Runs its handling: calls and jobs made meanwhile belong to it. */
  run(handle: () => void): void;
  /** Told once, when its answer was written or its caller has left; `jobs` are the ids of its jobs. */
  ended(answer: { status: number; jobs: string | null }): void;
}

/** A job in a trace: the W3C context under which it was made, null for a job that is not traced. */
export interface TracedJob {
  id: string;
  traceparent: string | null;
}

/** A piece of work for jobs. */
export interface TracedWork {
  /** Such as `step start` or `poll`; the same words always, never with ids. */
  name: string;
  account: string | null;
  /** Without any, what is called meanwhile belongs to no trace. */
  jobs: readonly TracedJob[];
}

/** The whole course of a job that has ended. Times are Unix milliseconds. */
export interface JobCourse extends TracedJob {
  kind: GenerationKind;
  model: string;
  account: string | null;
  /** How many results were asked for. */
  count: number;
  status: "completed" | "failed" | "cancelled";
  /** The error's code; null for a completed one. */
  code: string | null;
  logid: string | null;
  createdAt: number;
  /** When the upstream accepted it; null for a job that was never accepted. */
  startedAt: number | null;
  completedAt: number;
}

/** Follows requests and jobs through their work. Implementations never throw by themselves. */
export interface Tracing {
  /** False where nobody traces; the same from the start to the end. */
  readonly isActive: boolean;
  requestBegan(start: RequestTraceStart): TracedRequest;
  /** Returns the context that a new job keeps: that of the request that makes it, else a new one; null while off. */
  contextForJob(): string | null;
  /** Runs a piece of work; what it calls belongs to it. */
  work<T>(work: TracedWork, run: () => Promise<T>): Promise<T>;
  jobEnded(course: JobCourse): void;
}

/** Traces nothing. */
export const noTracing: Tracing = {
  isActive: false,
  requestBegan: () => ({ run: (handle) => handle(), ended: () => undefined }),
  contextForJob: () => null,
  work: (_work, run) => run(),
  jobEnded: () => undefined,
};

/** Told what happens. Implementations return at once and never throw. */
export interface EventObserver {
  /** False while nobody listens: what costs work to observe is then left out. */
  readonly isActive: boolean;
  httpAnswered(observation: HttpObservation): void;
  jobCreated(observation: Pick<JobObservation, "kind" | "model">): void;
  jobChanged(observation: JobObservation): void;
  jobStarted(observation: JobStartObservation): void;
  jobEnded(observation: JobEndObservation): void;
  jobDelivered(observation: DeliveryObservation): void;
  pollingEnded(observation: PollingObservation): void;
  startUncertain(observation: UncertainStartObservation): void;
  creditsMoved(observation: CreditObservation): void;
  assetStored(observation: AssetObservation): void;
  taskRan(observation: TaskObservation): void;
  upstreamAnswered(observation: UpstreamObservation): void;
  accountFailed(observation: AccountFailureObservation): void;
  accountExpiring(observation: ExpiryObservation): void;
  registryChanged(observation: RegistryObservation): void;
  webhookAttempted(observation: WebhookObservation): void;
  audited(observation: AuditObservation): void;
}

/** Told what happens, and follows the work. */
export interface Observer extends EventObserver {
  readonly tracing: Tracing;
}

/** Ignores everything: what a gateway without metrics, traces and audit is given. */
export const noObserver: Observer = {
  isActive: false,
  tracing: noTracing,
  httpAnswered: () => undefined,
  jobCreated: () => undefined,
  jobChanged: () => undefined,
  jobStarted: () => undefined,
  jobEnded: () => undefined,
  jobDelivered: () => undefined,
  pollingEnded: () => undefined,
  startUncertain: () => undefined,
  creditsMoved: () => undefined,
  assetStored: () => undefined,
  taskRan: () => undefined,
  upstreamAnswered: () => undefined,
  accountFailed: () => undefined,
  accountExpiring: () => undefined,
  registryChanged: () => undefined,
  webhookAttempted: () => undefined,
  audited: () => undefined,
};
