// Works on a batch: notes which lines have ended, makes jobs of the next ones, cancels, and ends the batch.

import { JimengError } from "@jimeng/sdk";

import type { TaskHandler } from "../tasks/dispatcher.ts";
import type { JobStatus } from "../api/job-words.ts";
import type { BatchParts } from "./parts.ts";
import { isActive } from "./batch.ts";
import type { Batch, BatchLine, BatchWait, LineEnd } from "./batch.ts";
import type { LineChange } from "./line-store.ts";
import { findJobs, makeJobs } from "./make-jobs.ts";

// Jobs take some seconds at least; a batch in which nothing moves is looked at more and more rarely.
const firstWaitMs = 500;
const maxWaitMs = 5000;
const waitFactor = 2;
const waitForReasonMs = 15_000;
const linesPerPage = 200;
const linesPerCancel = 1000;

/** Makes the task of a batch; it runs until every line has ended. */
export function createAdvance(parts: BatchParts): TaskHandler {
  /** The last waits between two passes, by batch. */
  const waits = new Map<string, number>();

  return async (id) => {
    const { store, clock } = parts;
    const before = await store.get(id);
    if (before === undefined || !isActive(before)) {
      waits.delete(id);
      return;
    }
    if (before.status === "cancelling") await cancelLines(parts, before);
    const ended = await noteEnds(parts, before);
    const batch = (await store.get(id)) ?? before;
    const made =
      batch.status === "in_progress"
        ? await makeNext(parts, batch)
        : { waiting: null, isBusy: false };
    if (await store.end(id, clock.now())) {
      waits.delete(id);
      return;
    }
    const waitMs = nextWaitMs(waits.get(id), { hasMoved: ended > 0 || made.isBusy, ...made });
    waits.set(id, waitMs);
    const runAt = clock.now() + (made.isBusy ? 0 : waitMs);
    await store.plan(id, runAt, made.waiting);
    parts.schedule(id, runAt);
  };
}

function nextWaitMs(
  last: number | undefined,
  { hasMoved, waiting }: { hasMoved: boolean; waiting: BatchWait | null },
): number {
  if (waiting !== null && waiting.code !== "overloaded") return waitForReasonMs;
  if (hasMoved || last === undefined) return firstWaitMs;
  return Math.min(last * waitFactor, maxWaitMs);
}

async function makeNext(
  parts: BatchParts,
  batch: Batch,
): Promise<{ waiting: BatchWait | null; isBusy: boolean }> {
  const caller = await parts.callers.of(batch);
  if (caller === undefined) return { waiting: ownerAway, isBusy: false };
  const { waiting, isUnfinished } = await makeJobs(parts, batch, caller);
  return { waiting, isBusy: isUnfinished };
}

const ownerAway: BatchWait = {
  code: "unauthorized",
  message: "The key that sent the batch is not in force, or it was a session, which is not kept.",
  fix: "Ask for the batch with the session that sent it, or cancel it.",
};

/** Notes which open lines have ended; returns how many. */
async function noteEnds(parts: BatchParts, { id }: Batch): Promise<number> {
  const { store, services, clock } = parts;
  let noted = 0;
  let after = 0;
  for (;;) {
    const lines = await store.lines(id, { states: ["open"], after, limit: linesPerPage });
    const endings = await services.jobs.endings(lines.flatMap(({ jobIds }) => jobIds));
    const changes = lines.flatMap((line): LineChange[] => {
      const to = endOf(line, endings);
      return to === undefined ? [] : [{ number: line.number, from: ["open"], to }];
    });
    if (changes.length > 0) await store.change(id, changes, clock.now());
    noted += changes.length;
    after = lines.at(-1)?.number ?? after;
    if (lines.length < linesPerPage) return noted;
  }
}

/** Returns how a line has ended; undefined while one of its jobs has not. */
function endOf(
  { jobIds }: BatchLine,
  endings: ReadonlyMap<string, JobStatus>,
): LineEnd | undefined {
  const found = jobIds.map((id) => endings.get(id));
  if (found.some((status) => status === undefined)) return undefined;
  if (found.some((status) => status === "failed")) return "failed";
  return found.every((status) => status === "completed") ? "completed" : "cancelled";
}

/** Cancels what was not started: lines without jobs, and jobs that wait for their start. */
async function cancelLines(parts: BatchParts, batch: Batch): Promise<void> {
  const { store, clock } = parts;
  const { id } = batch;
  while ((await store.cancelPending(id, linesPerCancel, clock.now())) > 0);
  // Their jobs were being made when the process died.
  for (const { number } of await store.lines(id, { states: ["submitting"], limit: linesPerPage })) {
    const jobIds = await findJobs(parts, batch, number);
    const from = ["submitting"] as const;
    const change: LineChange =
      jobIds.length === 0
        ? { number, from, to: "cancelled" }
        : { number, from, to: "open", jobIds };
    await store.change(id, [change], clock.now());
  }
  let after = 0;
  for (;;) {
    const lines = await store.lines(id, { states: ["open"], after, limit: linesPerPage });
    await cancelQueued(
      parts,
      lines.flatMap(({ jobIds }) => jobIds),
    );
    after = lines.at(-1)?.number ?? after;
    if (lines.length < linesPerPage) return;
  }
}

async function cancelQueued({ services }: BatchParts, ids: string[]): Promise<void> {
  for (const job of (await services.jobs.getMany(ids)).values()) {
    if (job.status !== "queued" || job.submitId !== null) continue;
    try {
      await services.jobs.cancel(job.id);
    } catch (error) {
      // It has ended meanwhile.
      const code: string | undefined = JimengError.isInstance(error) ? error.code : undefined;
      if (code !== "conflict") throw error;
    }
  }
}
