// The domain request: what a caller asks for, whatever dialect it spoke, on its way to become jobs.

import type { GenerationRequest, Warning } from "@jimeng/sdk";

import type { Job } from "../jobs/job.ts";
import type { DailyLimit } from "../keys/daily-limit.ts";
import type { ResultSource } from "../references/read-reference.ts";
import type { WantedReference } from "../references/references.ts";

/** The property of a request that a reference stands in. */
export type ReferencePlace =
  | { property: "references" | "firstFrame" | "lastFrame" | "subjects" | "image" | "video" }
  | { property: "frames"; durationSeconds?: number; prompt?: string };

/** A reference, as the caller wrote it, and its place in the request. */
export interface SubmissionReference extends WantedReference {
  place: ReferencePlace;
}

/** A result of this gateway, as the caller named it. */
export interface ProductReference {
  source: ResultSource;
  /** The public name of its parameter. */
  param: string;
}

/** What to make and how to submit it: the part that a body says. */
export interface SubmissionContent {
  /** The requests as they were asked for: one may need several upstream starts. */
  requests: readonly [GenerationRequest, ...GenerationRequest[]];
  /** The files that each of the requests works from, in the order in which the prompt counts them. */
  references: readonly SubmissionReference[];
  /** The own result that the requests work on where they take no file (detail fix). */
  product?: ProductReference;
  /** The account that the caller named. */
  account: string | null;
  /** -10 to 10; jobs of a higher priority are started first. */
  priority?: number;
  /** A job that was not started by then fails unpaid (Unix milliseconds). */
  startBefore?: number;
  /**
   * False makes new jobs even where the answer to the same request was lost; `until_result` joins also a job whose
   * result nobody has seen; default true.
   */
  join?: boolean | "until_result";
  /** The most credits that all its jobs together may cost. */
  maxCredits?: number;
  /** The most credits that this caller's requests of one day may cost which share a fact with this one. */
  dailyLimit?: DailyLimit;
  /** Facts of the caller's own, kept with the jobs. */
  metadata?: Readonly<Record<string, string>>;
  /** What the translation of the body warns about. */
  warnings: readonly Warning[];
  /** The ended job that this one repeats; its owner owns the new one. */
  retryOf?: Pick<Job, "id" | "keyId">;
  /** The id of the video that this one is remixed from. */
  remixOf?: string;
  /** How long the addresses of the results work, in seconds; default: the gateway's own setting. */
  urlTtlSeconds?: number;
  /** Where the ends of the jobs are told; default: nowhere. */
  webhookUrl?: string;
}

/** What a request says of being a repetition. */
export interface Idempotency {
  /** The caller's Idempotency-Key; null without one. */
  key: string | null;
  /** True when the caller says that it sends the request again. */
  isRetry: boolean;
  /** False where the answer does not count as one that showed a result; default true. */
  seen?: boolean;
}

/** The domain request. */
export interface Submission extends SubmissionContent {
  /** The id of the HTTP request. */
  requestId?: string;
  idempotency: Idempotency;
}
