// Translates batches, their lines, and what they would cost, into the published shapes.

import { fromErrorRecord } from "@jimeng/sdk";

import type {
  BatchEstimateObject,
  BatchObject,
  BatchResultObject,
} from "../../api/batches/batches.ts";
import type { ErrorObject } from "../../api/errors.ts";
import { toPublicCode } from "../../api/errors.ts";
import { isActive, pendingLines } from "../../batches/batch.ts";
import type { Batch, BatchLine, LineState } from "../../batches/batch.ts";
import type { BatchEstimate } from "../../batches/estimate.ts";
import type { LineResult } from "../../batches/results.ts";
import { ServiceError } from "../../errors.ts";
import { toErrorObject, toJobError } from "../errors.ts";
import { toPricedRequest } from "../native/estimate.ts";
import { toJobObject } from "../native/job.ts";
import { nativeDialect } from "../native/names.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds, toUnixSecondsOrNull } from "../values.ts";
import { toOutputFileId } from "./output-files.ts";

/** Builds the public batch; `refused` are the first lines that were refused when they came. */
export function toBatchObject(
  batch: Batch,
  refused: readonly BatchLine[],
  urls: Urls,
): BatchObject {
  const { id, counts, status } = batch;
  const hasEnded = status !== "validating" && !isActive(batch);
  const { total, open, completed, failed, cancelled } = counts;
  const endedAt = toUnixSecondsOrNull(batch.endedAt);
  return {
    id,
    object: "batch",
    endpoint: batch.endpoint,
    errors:
      refused.length === 0 ? null : { object: "list", data: refused.flatMap(toRefusalObject) },
    input_file_id: batch.inputFileId,
    completion_window: batch.completionWindow,
    status,
    output_file_id: hasEnded && completed > 0 ? toOutputFileId(id, "output") : null,
    error_file_id: hasEnded && failed + cancelled > 0 ? toOutputFileId(id, "errors") : null,
    created_at: toUnixSeconds(batch.createdAt),
    in_progress_at: toUnixSecondsOrNull(batch.startedAt),
    expires_at: null,
    finalizing_at: null,
    completed_at: status === "completed" ? endedAt : null,
    failed_at: null,
    expired_at: null,
    cancelling_at: toUnixSecondsOrNull(batch.cancellingAt),
    cancelled_at: status === "cancelled" ? endedAt : null,
    request_counts: { total, completed, failed },
    metadata: batch.metadata,
    counts: {
      total,
      pending: pendingLines(counts),
      running: open,
      completed,
      failed,
      cancelled,
    },
    credits: {
      estimated: batch.unpricedLines > 0 ? null : batch.estimatedCredits,
      unpriced_lines: batch.unpricedLines,
      committed: batch.committedCredits,
      max: batch.maxCredits,
    },
    waiting: batch.waiting,
    urls: {
      self: urls.batch(id),
      results: `${urls.batch(id)}/results`,
      cancel: `${urls.batch(id)}/cancel`,
    },
  };
}

function toRefusalObject({ number, error }: BatchLine) {
  if (error === null) return [];
  const { code, message, param } = error;
  return [{ code: toPublicCode(code), line: number, message, param: param ?? null }];
}

const lineStatuses: Readonly<Record<LineState, BatchResultObject["status"]>> = {
  pending: "pending",
  submitting: "pending",
  open: "running",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/** Builds one line of the results, in our own shape. */
export function toResultObject(
  { line, jobs }: LineResult,
  urls: Urls,
  now: number,
): BatchResultObject {
  return {
    line: line.number,
    custom_id: line.customId,
    status: statusOf({ line, jobs }),
    jobs: jobs.map((job) => toJobObject(job, urls, now)),
    error: toLineErrorObject({ line, jobs }),
  };
}

/** Returns where a line stands: its jobs may have ended a moment ago, which their batch has not noticed yet. */
function statusOf({ line, jobs }: LineResult): BatchResultObject["status"] {
  if (line.state !== "open" || jobs.length === 0) return lineStatuses[line.state];
  const statuses = jobs.map(({ status }) => status);
  if (statuses.some((status) => status === "queued" || status === "in_progress")) return "running";
  if (statuses.includes("failed")) return "failed";
  return statuses.includes("cancelled") ? "cancelled" : "completed";
}

/** Returns why a line has no result; null while it may have one. */
export function toLineErrorObject({ line, jobs }: LineResult): ErrorObject | null {
  if (line.error !== null) {
    return toErrorObject(fromErrorRecord(line.error), { requestId: null });
  }
  const job = jobs.find(({ status }) => status === "failed" || status === "cancelled");
  if (job !== undefined) {
    return toErrorObject(toJobError(job, nativeDialect), { requestId: null, jobId: job.id });
  }
  return line.state === "cancelled" ? toErrorObject(neverStarted(), { requestId: null }) : null;
}

function neverStarted(): ServiceError {
  return new ServiceError("cancelled", "The batch was cancelled before this line's turn.", {
    charged: "no",
    fix: "Send the line again if it is still wanted.",
  });
}

/** Builds the public estimate of a batch. */
export function toBatchEstimateObject(estimate: BatchEstimate): BatchEstimateObject {
  return {
    object: "batch_estimate",
    credits: estimate.credits,
    known_credits: estimate.knownCredits,
    lines: estimate.lines,
    jobs: estimate.jobs,
    unpriced_lines: estimate.unpricedLines,
    refused_lines: estimate.refusedLines,
    prices: estimate.prices.map(({ request, quote, jobs }) => ({
      ...toPricedRequest(request),
      jobs,
      ...quote,
    })),
    balances: estimate.balances,
    errors: estimate.refusals.map(({ number, customId, error }) => ({
      line: number,
      custom_id: customId,
      error: toErrorObject(error, { requestId: null }),
    })),
  };
}
