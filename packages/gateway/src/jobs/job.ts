// Owns the shape of a job and the words for its state. Refuses to know SQL, HTTP and the upstream's wire.

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

/** Is where a job stands; every face says these five words. */
export type JobStatus = "queued" | "in_progress" | "completed" | "failed" | "cancelled";

/** Tells people what an `in_progress` job is doing; derived from the row, never stored. */
export type JobPhase = "uploading" | "submitting" | "generating" | "saving";

/** Is what a generation cost, in credits; null where it is not known. */
export interface JobCost {
  estimated: number | null;
  charged: number | null;
  refunded: number | null;
}

/** Is one stored result file. Times are Unix milliseconds. */
export interface Asset {
  id: string;
  jobId: string;
  /** Is the position among the job's results, from 0. */
  index: number;
  contentType: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  bytes: number;
  /** Is the upstream's own signed URL and its end of life, for people who want it. */
  upstreamUrl: string;
  upstreamExpiresAt: number | null;
  createdAt: number;
}

/** Is a durable wish for one generation. Times are Unix milliseconds. */
export interface Job {
  id: string;
  kind: GenerationKind;
  status: JobStatus;
  phase: JobPhase | null;
  /** Is 0 to 100, estimated from the upstream's own forecast. */
  progress: number;
  request: PreparedRequest;
  warnings: Warning[];
  /** Names the account; kept for life once chosen. */
  account: string | null;
  submitId: string | null;
  operation: Operation | null;
  forecast: Forecast | null;
  queue: QueueInfo | null;
  /** Are the upstream's results, present as soon as the generation completed. */
  outputs: GenerationOutput[] | null;
  /** Are the stored files; complete when `status` is `completed`. */
  assets: Asset[];
  error: ErrorRecord | null;
  cost: JobCost;
  /** Names the caller that made it (a gateway key's or a session's one-way fingerprint); null for the local user. */
  keyId: string | null;
  /** Ties the jobs of one request that needed several upstream starts. */
  groupId: string | null;
  cancelRequested: boolean;
  logid: string | null;
  attempts: number;
  version: number;
  createdAt: number;
  updatedAt: number;
  /** Is when the paid call was about to be sent (the submit id was written). */
  submittedAt: number | null;
  /** Is when the upstream took it. */
  startedAt: number | null;
  completedAt: number | null;
  deadlineAt: number;
}

/** Names what happened to a job; the same names over SSE, webhooks and MCP progress. */
export type JobEventName =
  | "job.queued"
  | "job.started"
  | "job.progress"
  | "job.image"
  | "job.completed"
  | "job.failed"
  | "job.cancelled";

/** Tells one thing that happened to a job, with the job as it then was. */
export interface JobEvent {
  name: JobEventName;
  job: Job;
  /** Is the picture that landed (`job.image` only). */
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
  /** Is the id after which the page begins. */
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** Is the whole door to the job engine. */
export interface Jobs {
  /** Stores the jobs durably (synced) in one transaction and wakes the dispatcher. */
  create(newJobs: NewJob[]): Promise<Job[]>;
  /** Stores a job of every generation that has none yet, and watches or saves it; nothing is ever started. */
  adopt(adoptions: Adoption[]): Promise<Job[]>;
  get(id: string): Promise<Job | undefined>;
  list(filter: JobFilter): Promise<{ jobs: Job[]; hasMore: boolean }>;
  /** Cancels before the start (free and final); throws `conflict` once it was submitted, `not_found` when unknown. */
  cancel(id: string): Promise<Job>;
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
