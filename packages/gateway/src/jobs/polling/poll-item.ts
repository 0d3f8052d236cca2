// Describes what a poller knows of one generation, and the listener that it calls with what it saw.

import type { Generation, GenerationKind, JimengError, Operation } from "@jimeng/sdk";

/** One generation to poll. Times are Unix milliseconds. */
export interface PollItem {
  jobId: string;
  /** The context of the trace it belongs to. */
  traceparent: string | null;
  /** The row's version that this was read from. */
  version: number;
  submitId: string;
  kind: GenerationKind;
  /** Null while the start is uncertain: then it is looked up by its submit id. */
  operation: Operation | null;
  submittedAt: number;
  /** The upstream's own forecast; null when it gave none. */
  upstreamForecastMs: number | null;
  /** Name of the generations that take about as long: of one model, kind and number of results. */
  family: string;
  queued: boolean;
  uncertainSince: number | null;
  resolveBy: number | null;
  /** The earliest time of the next poll, after results that could not be fetched. */
  notBefore: number;
  /** What the last poll showed, as one comparable text: nothing is written while it stays the same. */
  lastSeen: string | null;
  /** Number of polls that showed success without results. */
  emptyPolls: number;
  /** Number of polls in a row that showed success with the same too few results, and since when. */
  incompletePolls: { shown: number; polls: number; since: number };
  /** When the upstream was asked to cancel; the schedule begins anew then. */
  cancelSentAt: number | null;
  /** When it is given up, after one more poll. */
  deadlineAt: number;
}

/** Called with what a poller saw of the generations of its account. */
export interface PollListener {
  /** Applies what a poll showed; returns what to poll on, or undefined when the poller is done with it. */
  onSeen(item: PollItem, generation: Generation): Promise<PollItem | undefined>;
  /** Called when look-ups did not find an uncertain start until it had to be resolved. */
  onStartNotFound(item: PollItem): Promise<void>;
  /** Called when a poll at or after the deadline did not show the end. */
  onOverdue(item: PollItem): Promise<void>;
  /** Called when the deadline passed and the upstream could not be polled for minutes since. */
  onUnreachable(item: PollItem): Promise<void>;
  /** Called when a generation that was polled so often is not polled any more. */
  onEnd(item: PollItem, polls: number): void;
  onSuccess(): void;
  onFailure(error: JimengError): void;
}
