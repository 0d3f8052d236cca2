// Makes the jobs of a batch's lines, one line after the other, as the queue and the ceiling of the batch allow.

import { JimengError, toErrorRecord } from "@jimeng/sdk";

import { isDatabaseAway } from "../database/away.ts";
import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import type { Caller } from "../keys/caller.ts";
import { toDiskProblem } from "../storage/disk-problem.ts";
import type { CallerConnection } from "../submission/connection.ts";
import { toRequestHash } from "../submission/request-hash.ts";
import { submit } from "../submission/submit.ts";
import type { Submission, SubmissionContent } from "../submission/submission.ts";
import type { BatchParts } from "./parts.ts";
import type { Batch, BatchLine, BatchWait } from "./batch.ts";
import type { LineChange } from "./line-store.ts";
import type { ReadLine } from "./line-reader.ts";
import { keyLifetimeMs } from "./receive.ts";

/** What became of the attempt to make the jobs of a line: a change of the line, or a wait for something. */
type Attempt = { change: LineChange } | { wait: BatchWait };

// Other callers' requests always find room in the queue.
const shareOfQueue = 2;
const mostOpenLines = 1000;
const linesPerPage = 16;
/** How long one pass makes jobs before it looks at everything else again, in milliseconds. */
const passMs = 1000;
// People wait for other requests; nobody looks at a batch.
const defaultPriority = -1;
// The engine remembers a key for a day: afterwards it cannot tell whether a line has become a job.
const certainMs = keyLifetimeMs - 3_600_000;

/**
 * Makes jobs of the next lines until the batch has its share of the queue, or a line must wait. Returns why it waits,
 * and whether there was more to do than one pass allows.
 */
export async function makeJobs(
  parts: BatchParts,
  batch: Batch,
  caller: Caller,
): Promise<{ waiting: BatchWait | null; isUnfinished: boolean }> {
  const { store, clock } = parts;
  const window = Math.max(1, Math.min(mostOpenLines, Math.floor(parts.maxQueue / shareOfQueue)));
  const endAt = clock.now() + passMs;
  let { committedCredits } = batch;
  let room = window - batch.counts.open;
  while (room > 0) {
    const limit = Math.min(room, linesPerPage);
    const lines = await nextLines(parts, batch.id, limit);
    if (lines.length === 0) return { waiting: null, isUnfinished: false };
    await claim(parts, batch.id, lines);
    const changes: LineChange[] = [];
    let waiting: BatchWait | null = null;
    for (const line of lines) {
      const attempt: Attempt =
        waiting === null
          ? await attemptLine(parts, { ...batch, committedCredits }, caller, line)
          : { change: release(line) };
      if ("wait" in attempt) {
        waiting = attempt.wait;
        changes.push(release(line));
        continue;
      }
      committedCredits += attempt.change.credits ?? 0;
      changes.push(attempt.change);
    }
    await store.change(batch.id, changes, clock.now());
    if (parts.services.closing.signal.aborted) break;
    if (waiting !== null) return { waiting, isUnfinished: false };
    room -= changes.filter(({ to }) => to === "open").length;
    if (clock.now() >= endAt) break;
    // The owner may have cancelled meanwhile.
    if ((await store.get(batch.id))?.status !== "in_progress") break;
  }
  return { waiting: null, isUnfinished: room > 0 };
}

/** Returns lines whose jobs were being made when the process died, else lines of which nothing was made. */
async function nextLines({ store }: BatchParts, id: string, limit: number): Promise<BatchLine[]> {
  const interrupted = await store.lines(id, { states: ["submitting"], limit });
  return interrupted.length > 0 ? interrupted : store.lines(id, { states: ["pending"], limit });
}

/** Writes down that jobs of these lines may exist from now on. */
async function claim(
  { store, clock }: BatchParts,
  id: string,
  lines: readonly BatchLine[],
): Promise<void> {
  const changes = lines
    .filter(({ state }) => state === "pending")
    .map(({ number }): LineChange => ({ number, from: ["pending"], to: "submitting" }));
  if (changes.length > 0) await store.change(id, changes, clock.now());
}

/** Returns the change of a line of which surely nothing was made. */
function release({ number }: BatchLine): LineChange {
  return { number, from: ["submitting"], to: "pending" };
}

async function attemptLine(
  parts: BatchParts,
  batch: Batch,
  caller: Caller,
  line: BatchLine,
): Promise<Attempt> {
  const { number } = line;
  const from = ["submitting"] as const;
  if (line.state === "submitting" && parts.clock.now() - line.stateAt > certainMs) {
    return { change: toFailure(number, toForgotten()) };
  }
  let read: ReadLine | undefined;
  try {
    read = await readStored(parts, batch, number);
    const { jobIds, credits } = await submitLine(parts, batch, caller, number, read);
    return { change: { number, from, to: "open", jobIds, credits } };
  } catch (error) {
    // Neither says anything about the line: the task comes again.
    if (isDatabaseAway(error) || toDiskProblem(error) !== undefined) throw error;
    if (!JimengError.isInstance(error)) {
      parts.logger.error({ batch: batch.id, line: number, error }, "Failed to make a line's jobs");
      return { change: toFailure(number, toDefect()) };
    }
    if (mustWait(error)) {
      const { code, message, detail } = error;
      return { wait: { code, message, fix: detail.fix ?? null } };
    }
    return { change: toFailure(number, read?.named(error) ?? error) };
  }
}

async function readStored({ store, lines }: BatchParts, batch: Batch, number: number) {
  const line: unknown = JSON.parse(await store.content(batch.id, number));
  return lines.read(line, batch);
}

async function submitLine(
  { services }: BatchParts,
  batch: Batch,
  caller: Caller,
  number: number,
  { content }: ReadLine,
): Promise<{ jobIds: string[]; credits: number }> {
  const make = async (maxCredits: number | undefined) => {
    const submission = toSubmission(batch, number, { ...content, maxCredits });
    const { connection, answered } = silentConnection(services.closing.signal);
    const { jobs } = await submit(services, caller, submission, connection);
    await answered();
    return {
      jobIds: jobs.map(({ id }) => id),
      credits: jobs.reduce((sum, { cost }) => sum + (cost.estimated ?? 0), 0),
    };
  };
  if (batch.maxCredits === null) return await make(content.maxCredits);
  const left = Math.max(0, batch.maxCredits - batch.committedCredits);
  try {
    return await make(Math.min(content.maxCredits ?? Infinity, left));
  } catch (error) {
    const isUnknown = JimengError.isInstance(error) && error.detail.reason === "price_unknown";
    if (!isUnknown || !batch.confirmed) throw error;
    return await make(content.maxCredits);
  }
}

/** Each line has a key of its own: after a sudden death its jobs are found instead of made again. */
function toSubmission(
  { id }: Pick<Batch, "id">,
  number: number,
  content: SubmissionContent,
): Submission {
  return {
    ...content,
    priority: content.priority ?? defaultPriority,
    join: false,
    requestId: id,
    idempotency: { key: `${id}:${number}`, isRetry: true },
  };
}

/** Returns the jobs that were made of a line before the process died; empty when there are none. */
export async function findJobs(parts: BatchParts, batch: Batch, number: number): Promise<string[]> {
  const { content } = await readStored(parts, batch, number);
  const found = await parts.services.jobs.find({
    keyId: batch.owner.keyId,
    requestHash: toRequestHash(content),
    key: `${batch.id}:${number}`,
    join: "never",
  });
  if (found === undefined) return [];
  await found.answered();
  return found.jobs.map(({ id }) => id);
}

/** Makes a connection on which nobody waits, with the function that says that the answer was read. */
function silentConnection(closing: AbortSignal): {
  connection: CallerConnection;
  answered: () => Promise<void>;
} {
  let listener = (): Promise<void> => Promise.resolve();
  const connection: CallerConnection = {
    gone: closing,
    isOpen: () => Promise.resolve(true),
    answered: (call) => void (listener = call),
    responseLost: () => undefined,
    discarded: () => undefined,
  };
  return { connection, answered: () => listener() };
}

// What passes by itself, or when the owner does something: the line is as good as before.
const passing: ReadonlySet<string> = new Set([
  "overloaded",
  "storage_unavailable",
  "session_invalid",
  "risk_controlled",
  "rate_limited",
  "concurrency_limited",
  "upstream_unavailable",
  "connection_failed",
  "timeout",
]);
const ceilings: ReadonlySet<string | undefined> = new Set(["above_ceiling", "price_unknown"]);

function mustWait({ code, detail }: ExpectedError): boolean {
  // The gateway closes.
  if (code === "cancelled") return true;
  if (code === "budget_exceeded") return !ceilings.has(detail.reason);
  // A reference that cannot be had is the line's own.
  return passing.has(code) && detail.index === undefined;
}

function toFailure(number: number, error: ExpectedError): LineChange {
  return {
    number,
    from: ["submitting"],
    to: "failed",
    error: toErrorRecord(error),
  };
}

function toForgotten(): ExpectedError {
  return new ServiceError(
    "outcome_unknown",
    "The gateway died while it made this line's job, more than a day ago.",
    {
      charged: "unknown",
      fix: "Look for the job in GET /v1/jobs before you send the line again.",
    },
  );
}

function toDefect(): ExpectedError {
  return new ServiceError("internal", "Something broke inside the gateway.", {
    charged: "unknown",
    fix: "Look for the batch in the gateway's log and report the defect.",
  });
}
