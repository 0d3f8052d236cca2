// The shape of a job and the words for its state.

import type {
  ErrorRecord,
  Forecast,
  Generation,
  GenerationKind,
  GenerationOutput,
  Operation,
  PreparedRequest,
  QueueInfo,
  Warning,
} from "@jimeng/sdk";

import type { GatewayErrorCode } from "../api/errors.ts";
import type { JobEventName, JobStatus } from "../api/jobs.ts";

/** Tells people what an `in_progress` job is doing; derived from the row, never stored. */
export type JobPhase = "uploading" | "submitting" | "generating" | "saving";

/** What a generation cost, in credits; null where it is not known. */
export interface JobCost {
  estimated: number | null;
  charged: number | null;
  refunded: number | null;
}

/** One stored result file. Times are Unix milliseconds. */
export interface Asset {
  id: string;
  jobId: string;
  /** The position among the job's results, from 0. */
  index: number;
  contentType: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  bytes: number;
  /** The upstream's own signed URL and its end of life, for people who want it. */
  upstreamUrl: string;
  upstreamExpiresAt: number | null;
  createdAt: number;
}

/** A durable wish for one generation. Times are Unix milliseconds. */
export interface Job {
  id: string;
  kind: GenerationKind;
  status: JobStatus;
  phase: JobPhase | null;
  /** 0 to 100, estimated from the upstream's own forecast. */
  progress: number;
  request: PreparedRequest;
  warnings: Warning[];
  /** Names the account; kept for life once chosen. */
  account: string | null;
  submitId: string | null;
  operation: Operation | null;
  forecast: Forecast | null;
  queue: QueueInfo | null;
  /** The upstream's results, present as soon as the generation completed. */
  outputs: GenerationOutput[] | null;
  /** The stored files; complete when `status` is `completed`. */
  assets: Asset[];
  error: ErrorRecord<GatewayErrorCode> | null;
  cost: JobCost;
  /** Names the caller that made it (a gateway key's or a session's one-way fingerprint); null for the local user. */
  keyId: string | null;
  /** Ties the jobs of one request that needed several upstream starts. */
  groupId: string | null;
  /** The job that this one repeats. */
  retryOf: string | null;
  /** -10 to 10; jobs of a higher one are started first. */
  priority: number;
  cancelRequested: boolean;
  logid: string | null;
  attempts: number;
  version: number;
  createdAt: number;
  updatedAt: number;
  /** When the paid call was about to be sent (the submit id was written). */
  submittedAt: number | null;
  /** When the upstream took it. */
  startedAt: number | null;
  completedAt: number | null;
  deadlineAt: number;
}

/** Tells one thing that happened to a job, with the job as it then was. */
export interface JobEvent {
  name: JobEventName;
  job: Job;
  /** The picture that landed (`job.image` only). */
  asset?: Asset;
}

/** Asks for one job. */
export interface NewJob {
  request: PreparedRequest;
  warnings: Warning[];
  keyId: string | null;
  /** Pins the job to one account (pass-through, or the caller's wish). */
  account?: string;
  groupId?: string;
  priority?: number;
  /** Gives the job up when it was not started by then (Unix milliseconds). */
  startBefore?: number;
  retryOf?: string;
}

/** Says how a wish may find the jobs that were made of it before. */
export interface IdempotencyContext {
  keyId: string | null;
  /** The canonical hash of the wish. */
  requestHash: string;
  /** The caller's Idempotency-Key; null without one. */
  key: string | null;
  /**
   * Says which earlier jobs of the same wish may answer it: none, those whose answer nobody got
   * (`undelivered`), or also those that somebody seems to wait for still, for the caller says that it repeats.
   */
  join: "never" | "undelivered" | "any";
  /** Fires when the caller's connection is gone; a wish that nobody waits for any more is not stored. */
  gone?: AbortSignal;
}

/** What became of a wish: its own jobs, or earlier ones that answer it. */
export interface SubmittedJobs {
  jobs: [Job, ...Job[]];
  /** Tells `created` from a key seen before (`replayed`) and from an earlier job's answer (`joined`). */
  outcome: "created" | "replayed" | "joined";
  /** Says that the answer was written. */
  answered(): Promise<void>;
  /** Says that the caller is gone without it. */
  responseLost(): Promise<void>;
  /** Says that the answer was written, and thrown away by the other side without having been read. */
  discarded(): Promise<void>;
}

/** Asks to take over a generation that was started elsewhere, e.g. on the site. */
export interface Adoption {
  generation: Generation;
  request: PreparedRequest;
  warnings: Warning[];
  keyId: string | null;
  /** Names the account whose history shows it. */
  account: string;
}

/** Narrows a list of jobs; `keyId` undefined means everybody's. */
export interface JobFilter {
  keyId?: string | null;
  status?: JobStatus;
  kind?: GenerationKind;
  account?: string;
  createdAfter?: number;
  createdBefore?: number;
  /** The id after which the page begins. */
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** The whole door to the job engine. */
export interface Jobs {
  /** Stores the jobs durably (synced) in one transaction and wakes the dispatcher. */
  create(newJobs: NewJob[]): Promise<Job[]>;
  /** Stores a job of every generation that has none yet, and watches or saves it; nothing is ever started. */
  adopt(adoptions: Adoption[]): Promise<Job[]>;
  /**
   * Stores the jobs of a wish as `create` does, or gives those that an earlier request made of it: one
   * transaction, so that two requests of one moment on two nodes make one set of jobs. Throws
   * `idempotency_key_reused` when the key came with another wish. Its caller says what became of the answer.
   */
  createOrReplay(newJobs: NewJob[], idempotency: IdempotencyContext): Promise<SubmittedJobs>;
  /** Gives what an earlier request made of a wish, without making anything; undefined when there is nothing. */
  find(idempotency: IdempotencyContext): Promise<SubmittedJobs | undefined>;
  get(id: string): Promise<Job | undefined>;
  list(filter: JobFilter): Promise<{ jobs: Job[]; hasMore: boolean }>;
  /**
   * Cancels: before the start free and final, afterwards by asking the upstream; then the job ends `cancelled`
   * only when its record shows it, else with its result. May be asked again. Throws `conflict` once it has ended.
   */
  cancel(id: string): Promise<Job>;
  /**
   * Looks again for the generation of a job that ended as `generation_timeout` or `outcome_unknown`; what is
   * found brings the job back to life. Throws `conflict` for any other job, and what the look-up throws.
   */
  recheck(id: string): Promise<Job>;
  /** Waits until the job has ended, the time is over or the signal fires, and gives the job as it is then. */
  wait(id: string, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Job>;
  /** Yields the job's state at once (as the event it stands at), then every event until it has ended. */
  events(id: string, options?: { signal?: AbortSignal }): AsyncIterable<JobEvent>;
  /** Finds an asset by id. */
  asset(id: string): Promise<Asset | undefined>;
  start(): Promise<void>;
  /** Stops claiming work and finishes the steps in hand. */
  stop(): Promise<void>;
}

/** Tells whether a job will not change any more. */
export function hasEnded(job: Job): boolean {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}

// The failures after which the upstream may still have, or get, a result.
const openEndings: ReadonlySet<string> = new Set<GatewayErrorCode>([
  "generation_timeout",
  "outcome_unknown",
]);

/** Tells whether a job's generation may have, or get, a result that nobody holds. */
export function isOpenEnded({
  status,
  error,
  outputs,
}: Pick<Job, "status" | "error" | "outputs">): boolean {
  if (status !== "failed" || error === null) return false;
  // Results that are known and could not be fetched are still the upstream's to give.
  return outputs !== null || openEndings.has(error.code);
}
