// Defines the stored record of one accepted start, and the script of its course.

import type { Charge } from "../accounts.ts";
import type { GenerationPlan } from "../drafts/plan.ts";
import type { Region } from "../regions.ts";

/** How a generation fails; texts and codes as in the fixtures history_failed_*. */
export interface Failure {
  /** The status of the inner task, which tells why: 10 prompt refused, 40 output refused, 30 other (history.md [R]). */
  taskStatus: 10 | 30 | 40;
  failCode: string;
  failMessage: string;
  starlingKey: string;
  starlingMessage: string;
  queueStatus: 3 | 4;
  /** True where the charge is refunded (history.md). */
  refund: boolean;
  /** True where the first poll shows it, false where it comes at the end. */
  immediate: boolean;
}

/** Deviations from the normal course of one generation; an empty script is a plain success. */
export interface RecordScript {
  failure?: Failure;
  /** Number of items delivered at the end, fewer than the count; the rest goes to `failed_item_list`. */
  deliver?: number;
  /** Number of polls of the finished record that find no items. */
  emptyItemPolls?: number;
  /** Number of polls that do not find the record at all. */
  missingPolls?: number;
  /** How late the rows of its charge and refund come in the credit history, in milliseconds of the simulated clock. */
  rowsAfterMs?: number;
  /** The status that the generation never leaves. */
  stuckAt?: 20 | 42 | 45;
}

/** One more part of a sequence, made by `action: 2` (generate.md). */
export interface Continuation {
  startedAt: number;
  generateMs: number;
  count: number;
}

/** The stored record of one accepted start. Times are milliseconds of the simulated clock. */
export interface GenerationRecord {
  sequence: number;
  historyId: string;
  submitId: string;
  account: string;
  uid: string;
  region: Region;
  plan: GenerationPlan;
  draftContent: string;
  minVersion: string;
  minFeatures: string[];
  metricsExtra: string;
  /** The log id of the submit, repeated as `generate_id`. */
  generateId: string;
  createdAt: number;
  visibleAt: number;
  queueMs: number;
  generateMs: number;
  forecastSeconds: number;
  forecastQueueSeconds: number;
  charge: Charge;
  charged: number;
  script: RecordScript;
  continuations: Continuation[];
  cancelledAt: number | null;
  /** Number of polls of this record, counted while the script needs it. */
  polls: number;
}

/** How a cancelled generation ends (fixture history_cancelled). */
export const cancelled: Failure = {
  taskStatus: 30,
  failCode: "",
  failMessage: "",
  starlingKey: "",
  starlingMessage: "你已取消生成，积分已返还",
  queueStatus: 3,
  refund: true,
  immediate: true,
};
