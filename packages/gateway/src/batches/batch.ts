// Defines batches: many requests that came in one call, and their lines.

import type { ErrorRecord } from "@jimeng/sdk";

import type { GatewayErrorCode } from "../api/errors.ts";

/**
 * Where a batch stands, in OpenAI's words: its lines are still coming in (`validating`), they become jobs, no more of
 * them do (`cancelling`), or every line has ended.
 */
export type BatchStatus = "validating" | "in_progress" | "cancelling" | "completed" | "cancelled";

/**
 * Where a line stands: nothing was made of it (`pending`), its jobs are being made (`submitting`), they have not all
 * ended (`open`), or it has ended.
 */
export type LineState = "pending" | "submitting" | "open" | LineEnd;

/** How a line has ended. */
export type LineEnd = "completed" | "failed" | "cancelled";

/** Why no line of a batch becomes a job now. */
export interface BatchWait {
  code: string;
  message: string;
  fix: string | null;
}

/** How many lines a batch has, and how many stand where. */
export interface LineCounts {
  total: number;
  open: number;
  completed: number;
  failed: number;
  cancelled: number;
}

/** The caller of a batch, as far as it may be stored. */
export interface BatchOwner {
  /** Id of the caller; null for the local user. */
  keyId: string | null;
  seesEverything: boolean;
}

/** What a call that makes a batch says beside its lines. */
export interface BatchOptions {
  /** The route that the lines name, in OpenAI's batches; `/v1/jobs` in our own. */
  endpoint: string;
  inputFileId: string | null;
  completionWindow: string | null;
  metadata: Record<string, string> | null;
  /** The base of this gateway's URLs as the caller sees them. */
  ownBase: string;
  /** The most credits that all lines together may cost; null without a ceiling. */
  maxCredits: number | null;
  /** Whether the caller accepts lines whose price is not known. */
  confirmed: boolean;
}

/** Many requests that came in one call. Times are Unix milliseconds. */
export interface Batch extends BatchOptions {
  id: string;
  owner: BatchOwner;
  status: BatchStatus;
  idempotencyKey: string | null;
  contentHash: string;
  /** The number of the last line that is stored. */
  receivedLines: number;
  /** The expected credits of the lines whose price was known when they came. */
  estimatedCredits: number;
  /** The number of lines whose price was not known when they came. */
  unpricedLines: number;
  /** The expected credits of the lines that became jobs. */
  committedCredits: number;
  counts: LineCounts;
  waiting: BatchWait | null;
  answeredAt: number | null;
  createdAt: number;
  startedAt: number | null;
  cancellingAt: number | null;
  endedAt: number | null;
}

/** One line of a batch; `content` is read only where it becomes jobs. */
export interface BatchLine {
  /** The number of the line in what was sent, from 1. */
  number: number;
  customId: string | null;
  state: LineState;
  /** When the line came into its state. */
  stateAt: number;
  jobIds: string[];
  /** Why nothing was made of the line; null for every other. */
  error: ErrorRecord<GatewayErrorCode> | null;
}

/** Returns whether lines of a batch may still become jobs, or have jobs that run. */
export function isActive({ status }: Pick<Batch, "status">): boolean {
  return status === "in_progress" || status === "cancelling";
}

/** Returns the number of lines of which nothing was made yet. */
export function pendingLines({ total, open, completed, failed, cancelled }: LineCounts): number {
  return total - open - completed - failed - cancelled;
}
