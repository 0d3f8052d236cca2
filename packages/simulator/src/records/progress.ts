// Computes how far a generation is: a pure function of its times, so it survives any restart.

import { cancelled } from "./generation-record.ts";
import type { Failure, GenerationRecord } from "./generation-record.ts";

/** The record status codes (history.md; names of the site bundle). */
export const recordStatus = {
  submitted: 20,
  failed: 30,
  thinking: 42,
  partial: 45,
  success: 50,
} as const;

/** The queue status codes (history.md [C]). */
export const queueStatus = { queueing: 1, generating: 2, finished: 3, failed: 4 } as const;

/** The shares of an image's generating time at which its status changes from 20 to 42 and from 42 to 45. */
const thinkingFrom = 0.3;
const partialFrom = 0.85;
/** The share of the generating time in which a record without a queue has `queue_status` 1. */
const queueingUntil = 0.15;
/** The share of the generating time after which an output is refused. */
const failingFrom = 0.9;

/** The state of a generation at one moment. */
export interface Progress {
  visible: boolean;
  status: (typeof recordStatus)[keyof typeof recordStatus];
  queueStatus: (typeof queueStatus)[keyof typeof queueStatus];
  failure: Failure | null;
  /** When it ended, successful or not; null while it runs. */
  finishedAt: number | null;
  /** Number of items that are ready; both counts are 0 before status 45. */
  finishedItems: number;
  totalItems: number;
  /** The share of the queue time that is over, 0 to 1. */
  queueShare: number;
}

/** Returns when the first part of a generation is ready, without regard to failures and to `action: 2`. */
export function endOf(record: GenerationRecord): number {
  return record.createdAt + record.queueMs + record.generateMs;
}

/** Returns when the script lets the generation fail; null when it does not. */
export function failsAt(record: GenerationRecord): number | null {
  const failure = record.script.failure;
  if (failure === undefined) return null;
  return failure.immediate
    ? record.createdAt
    : record.createdAt + record.queueMs + record.generateMs * failingFrom;
}

function runningStatus(record: GenerationRecord, share: number): Progress["status"] {
  if (record.plan.kind !== "image") return recordStatus.submitted;
  if (share < thinkingFrom) return recordStatus.submitted;
  return share < partialFrom ? recordStatus.thinking : recordStatus.partial;
}

function failed(record: GenerationRecord, failure: Failure, at: number): Progress {
  return {
    visible: true,
    status: recordStatus.failed,
    queueStatus: failure.queueStatus,
    failure,
    finishedAt: Math.max(at, record.createdAt),
    finishedItems: 0,
    totalItems: 0,
    queueShare: 1,
  };
}

function running(record: GenerationRecord, now: number): Progress {
  const elapsed = now - record.createdAt;
  const share = Math.max(0, elapsed - record.queueMs) / Math.max(1, record.generateMs);
  const status = record.script.stuckAt ?? runningStatus(record, share);
  const queueing = elapsed < record.queueMs + record.generateMs * queueingUntil;
  const counted = status === recordStatus.partial && record.plan.kind === "image";
  return {
    visible: true,
    status,
    queueStatus: queueing ? queueStatus.queueing : queueStatus.generating,
    failure: null,
    finishedAt: null,
    finishedItems: 0,
    totalItems: counted && record.plan.kind === "image" ? record.plan.total : 0,
    queueShare: record.queueMs === 0 ? 1 : Math.min(1, elapsed / record.queueMs),
  };
}

function ended(record: GenerationRecord, now: number): Progress {
  const endedAt = endOf(record);
  const plan = record.plan;
  const done: Progress = {
    visible: true,
    status: recordStatus.success,
    queueStatus: queueStatus.finished,
    failure: null,
    finishedAt: endedAt,
    finishedItems: 1,
    totalItems: 0,
    queueShare: 1,
  };
  if (plan.kind !== "image") return done;
  const parts = record.continuations.filter((part) => now >= part.startedAt + part.generateMs);
  const made = parts.reduce((sum, part) => sum + part.count, plan.count);
  const lost = plan.count - Math.min(plan.count, record.script.deliver ?? plan.count);
  done.finishedItems = made - lost;
  done.totalItems = plan.total;
  if (made < plan.total) {
    // Fixture history_multi_image_needs_continue: 45, the first items there, waiting for action 2.
    done.status = recordStatus.partial;
    done.finishedAt = null;
    if (parts.length < record.continuations.length) done.queueStatus = queueStatus.generating;
  } else {
    const last = parts.at(-1);
    done.finishedAt = last === undefined ? endedAt : last.startedAt + last.generateMs;
  }
  return done;
}

/** Returns the state of a generation at `now`, in milliseconds of the simulated clock. */
export function progressOf(record: GenerationRecord, now: number): Progress {
  const failureAt = failsAt(record);
  const isVisible = now >= record.visibleAt;
  let progress: Progress;
  if (record.cancelledAt !== null && now >= record.cancelledAt) {
    progress = failed(record, cancelled, record.cancelledAt);
  } else if (record.script.failure !== undefined && failureAt !== null && now >= failureAt) {
    progress = failed(record, record.script.failure, failureAt);
  } else if (now >= endOf(record) && record.script.stuckAt === undefined) {
    progress = ended(record, now);
  } else {
    progress = running(record, now);
  }
  return { ...progress, visible: isVisible };
}
