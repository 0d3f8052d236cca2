// Defines the job as the rest of the gateway sees it, and the interface of the job engine.

import type {
  ErrorRecord,
  Forecast,
  Generation,
  GenerationKind,
  GenerationOutput,
  Operation,
  PreparedRequest,
  Product,
  QueueInfo,
  Warning,
} from "@jimeng/sdk";

import type { GatewayErrorCode } from "../api/errors.ts";
import type { JobEventName, JobStatus } from "../api/job-words.ts";
import type { DailyLimit } from "../keys/daily-limit.ts";
import type { DiskProblem } from "../storage/disk-problem.ts";

/** What an `in_progress` job is doing, for humans; derived from the row, never stored. */
export type JobPhase = "uploading" | "submitting" | "generating" | "saving";

/** What a generation cost, in credits; null where it is not known. */
export interface JobCost {
  estimated: number | null;
  charged: number | null;
  refunded: number | null;
}

/**
 * Whether a job was charged: `charged` as soon as the credit history shows it, `not_charged` once that is certain,
 * `not_settled` while the history may still show something, `unknown` when it never told.
 */
export type CostState = "charged" | "not_charged" | "not_settled" | "unknown";

/** What one completed job cost. */
export interface Charge {
  request: PreparedRequest;
  /** Charged and not refunded. */
  credits: number;
}

/** One stored result file. Times are Unix milliseconds. */
export interface Asset {
  id: string;
  jobId: string;
  /** Position among the job's results, from 0. */
  index: number;
  contentType: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  bytes: number;
  /** The upstream's own signed URL; it works until `upstreamExpiresAt`. */
  upstreamUrl: string;
  upstreamExpiresAt: number | null;
  createdAt: number;
  /** Whether the file ends early or is damaged; a recheck of the job has it fetched again. */
  incomplete: boolean;
  /** A placeholder of some 25 bytes in base64 (ThumbHash); null while there is none. */
  thumbhash: string | null;
  /** Length of a video's stored poster; null without one. */
  posterBytes: number | null;
  /** When it was put into the trash; null for one that was not, or was restored. */
  trashedAt: number | null;
  /** When it was deleted for good; null while it can be had. */
  deletedAt: number | null;
}

/** A stored result, as the site names it, and the account in which it lies. */
export interface OwnProduct {
  product: Product;
  account: string;
}

/** A durable request for one generation. Times are Unix milliseconds. */
export interface Job {
  id: string;
  kind: GenerationKind;
  status: JobStatus;
  phase: JobPhase | null;
  /** Why the job does not go on here: it waits for the disk; null otherwise. */
  waiting: DiskProblem | null;
  /** Percentage from 0 to 100, estimated from the upstream's own forecast. */
  progress: number;
  request: PreparedRequest;
  warnings: Warning[];
  /** Name of the account; it never changes once it is chosen. */
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
  /** The credits that are set aside until its cost is known; null while its price is not known. */
  reserved: number | null;
  costState: CostState;
  /** When it was certain what the job cost; null before, and when that cannot be known. */
  settledAt: number | null;
  /** Id of the caller (a one-way fingerprint of a gateway key or a session); null for the local user. */
  keyId: string | null;
  /** Id shared by the jobs of one request that needed several upstream starts. */
  groupId: string | null;
  /** The id of the HTTP request that made it; null where none did. */
  requestId: string | null;
  /** Facts of the caller's own. */
  metadata: Readonly<Record<string, string>>;
  /** The job that this one repeats. */
  retryOf: string | null;
  /** The video that this one was remixed from. */
  remixOf: string | null;
  /** How long the addresses of its files work, as its request asked for; null for the gateway's own setting. */
  urlTtlSeconds: number | null;
  /** Where the end of the job is told; null where its request named no address. */
  webhookUrl: string | null;
  /** When its caller deleted it; the row stays as the record of what was paid. */
  deletedAt: number | null;
  /** Priority from -10 to 10; jobs with a higher one are started first. */
  priority: number;
  cancelRequested: boolean;
  logid: string | null;
  attempts: number;
  version: number;
  createdAt: number;
  updatedAt: number;
  /** When the submit id was written, just before the paid call was sent. */
  submittedAt: number | null;
  /** When the upstream accepted it. */
  startedAt: number | null;
  completedAt: number | null;
  deadlineAt: number;
}

/** One thing that happened to a job, with the job as it then was. */
export interface JobEvent {
  name: JobEventName;
  job: Job;
  /** The picture that was saved (`job.image` only). */
  asset?: Asset;
}

/** A request for one job. */
export interface NewJob {
  request: PreparedRequest;
  warnings: Warning[];
  keyId: string | null;
  /** Name of the only account that may run the job (pass-through, or the caller's choice). */
  account?: string;
  groupId?: string;
  priority?: number;
  /** When a job that was not started yet is given up, in Unix milliseconds. */
  startBefore?: number;
  retryOf?: string;
  remixOf?: string;
  urlTtlSeconds?: number;
  /** Where its end is told. */
  webhookUrl?: string;
  /** What it is expected to cost, in credits; null or absent where that is not known. */
  expectedCredits?: number | null;
  /** The id of the HTTP request that made it. */
  requestId?: string;
  /** Facts of the caller's own. */
  metadata?: Readonly<Record<string, string>>;
}

/** What lets a repeated request find the jobs of the first one. */
export interface IdempotencyContext {
  keyId: string | null;
  /** The canonical hash of the request. */
  requestHash: string;
  /** The caller's Idempotency-Key; null without one. */
  key: string | null;
  /**
   * Which earlier jobs of an equal request may answer this one: none, those whose answer nobody received
   * (`undelivered`), also those of which only the id was received (`until_result`), or also those that somebody still
   * seems to wait for, since the caller says that it repeats (`any`).
   */
  join: "never" | "undelivered" | "until_result" | "any";
  /** Fires when the caller's connection is gone; a request that nobody waits for any more is not stored. */
  gone?: AbortSignal;
  /** False where an answer does not count as one that showed a result; default true. */
  seen?: boolean;
}

/** What is checked in the transaction that stores new jobs. */
export interface StorageChecks {
  /** How much the caller's jobs of a day may cost that share a fact with these. */
  dailyLimit?: DailyLimit;
}

/** The jobs of a request, new or earlier ones, and the functions that report what became of the answer. */
export interface SubmittedJobs {
  jobs: [Job, ...Job[]];
  /** New jobs (`created`), those of a key seen before (`replayed`), or those of an earlier request (`joined`). */
  outcome: "created" | "replayed" | "joined";
  /** Whether the same request, sent again after its answer was lost, finds these jobs. */
  isFoundAgain: boolean;
  /** Records that the answer was written. */
  answered(): Promise<void>;
  /** Records that the caller left before the answer was written. */
  responseLost(): Promise<void>;
  /** Records that the other side threw the written answer away without reading it. */
  discarded(): Promise<void>;
}

/** A generation that was started elsewhere, e.g. on the site, to become a job. */
export interface Adoption {
  generation: Generation;
  request: PreparedRequest;
  warnings: Warning[];
  keyId: string | null;
  /** Name of the account whose history shows it. */
  account: string;
}

/** Which jobs a list shows; `keyId` undefined means everybody's. */
export interface JobFilter {
  keyId?: string | null;
  status?: JobStatus;
  kind?: GenerationKind;
  account?: string;
  /** Leaves out the jobs that their callers deleted. */
  withoutDeleted?: boolean;
  createdAfter?: number;
  createdBefore?: number;
  /** Id after which the page begins. */
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** Whose a job is. */
export interface JobOwner {
  /** The id of the key or session; null for this machine's user. */
  keyId: string | null;
}

/** The interface of the job engine. */
export interface Jobs {
  /** Stores the jobs durably (synced) in one transaction and asks for their first steps. */
  create(newJobs: NewJob[]): Promise<Job[]>;
  /** Stores a job for every generation that has none yet, to be polled or saved; never starts anything. */
  adopt(adoptions: Adoption[]): Promise<Job[]>;
  /**
   * Stores the jobs as `create` does, or returns those of an earlier equal request: one transaction, so that two
   * requests of one moment on two nodes make one set of jobs. Throws `idempotency_key_reused` when the key came with
   * another request, and `budget_exceeded` where they would pass a limit. The caller reports what became of the answer.
   */
  createOrReplay(
    newJobs: NewJob[],
    idempotency: IdempotencyContext,
    checks?: StorageChecks,
  ): Promise<SubmittedJobs>;
  /** Returns the jobs of an earlier equal request without making any; undefined when there are none. */
  find(idempotency: IdempotencyContext): Promise<SubmittedJobs | undefined>;
  get(id: string): Promise<Job | undefined>;
  /** Returns whose a job is, by one statement for any id: the time it takes says nothing. */
  ownerOf(id: string): Promise<JobOwner | undefined>;
  list(filter: JobFilter): Promise<{ jobs: Job[]; hasMore: boolean }>;
  /** Returns those of the jobs that exist, by id. */
  getMany(ids: readonly string[]): Promise<Map<string, Job>>;
  /** Returns the final status of those of the jobs that have ended, by id. */
  endings(ids: readonly string[]): Promise<Map<string, JobStatus>>;
  /**
   * Cancels a job. Before its start that is free and final. Afterwards the upstream is asked, and the job ends as
   * `cancelled` only when its record shows it, else with its result. May be called again. Throws `conflict` once the
   * job has ended.
   */
  cancel(id: string): Promise<Job>;
  /**
   * Marks a job as deleted; one that was not sent yet is cancelled first. May be called again. Throws `conflict` for a
   * job that the upstream works on.
   */
  remove(id: string): Promise<Job>;
  /**
   * Looks once more for the generation of a job that ended as `generation_timeout` or `outcome_unknown`, and resumes
   * the job when it is found. Throws `conflict` for any other job, and whatever the lookup throws.
   */
  recheck(id: string): Promise<Job>;
  /** Notes that a caller was shown a job as it is: whoever asks for the same again after a result wants another. */
  noteShown(job: Job): void;
  /** Waits until the job has ended, the time is over or the signal fires, and returns the job as it is then. */
  wait(id: string, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Job>;
  /** Yields the job's present state at once, as an event, then every event until it has ended. */
  events(id: string, options?: { signal?: AbortSignal }): AsyncIterable<JobEvent>;
  /** Returns what accounts were charged for a model's completed jobs, the latest first. */
  charges(accounts: readonly string[], model: string): Promise<Charge[]>;
  /** Lists the limits that an account showed by refusing one more; a restart forgets them. */
  concurrencyLimits(account: string): { model: string; limit: number }[];
  /** Finds an asset by id. */
  asset(id: string): Promise<Asset | undefined>;
  /** Reads a job's assets again: their rows were written by somebody else. */
  assetsChanged(jobId: string): void;
  /** Returns how the site names an asset; undefined for one that the site's tools cannot find by a name. */
  product(assetId: string): Promise<OwnProduct | undefined>;
  start(): Promise<void>;
  /** Stops taking tasks and waits for the steps that run. */
  stop(): Promise<void>;
}

/** Returns whether a job has reached a final status. */
export function hasEnded(job: Pick<Job, "status">): boolean {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}

// The failures after which the upstream may still have, or get, a result.
const openEndings: ReadonlySet<string> = new Set<GatewayErrorCode>([
  "generation_timeout",
  "outcome_unknown",
]);

/** Returns the upstream's id of a result; one without an id (never captured) is known by its place. */
export function itemIdOf(output: GenerationOutput, index: number): string {
  return output.itemId === "" ? `#${index}` : output.itemId;
}

/** Tells whether a job's generation may have, or get, a result that nobody holds. */
export function isOpenEnded({
  status,
  error,
  outputs,
  assets,
}: Pick<Job, "status" | "error" | "outputs" | "assets">): boolean {
  // A result that could not be fetched beside its siblings, or not whole.
  if (status === "completed") {
    const isMissing = new Set((outputs ?? []).map(itemIdOf)).size > assets.length;
    return isMissing || assets.some((asset) => asset.incomplete && asset.deletedAt === null);
  }
  if (status !== "failed" || error === null) return false;
  // Results that are known and could not be fetched are still the upstream's to give.
  return outputs !== null || openEndings.has(error.code);
}
