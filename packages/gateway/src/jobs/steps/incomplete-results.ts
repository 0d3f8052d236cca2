// Resolves records that do not end by themselves: success without items or with too few, and a series that stalled.

import { JimengError } from "@jimeng/sdk";
import type { Generation } from "@jimeng/sdk";

import { withHandles } from "../../references/file-handles.ts";
import type { Engine } from "../engine.ts";
import type { PollItem } from "../polling/poll-item.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { judgeStartFailure } from "./start-failure.ts";
import { handlesOf } from "./upload.ts";

const success = 50;
// Some polls show 50 without items (docs/upstream/history.md, Decision table); after so many the items themselves are
// asked for.
const pollsBeforeItems = 5;
// Success with fewer items than announced may show the others later: it must stay the same over so many polls and so
// long, for polls are half a second apart while a picture is hot. The missing ones are paid for.
const pollsBeforeFewer = 3;
const fewerForMs = 10_000;
// A row that changes again and again means that something is wrong.
const maxAttempts = 5;

/** Returns the generation, with results where its record alone shows none yet or will not show more. */
export async function resolveIncomplete(
  engine: Engine,
  account: string,
  item: PollItem,
  generation: Generation,
): Promise<Generation> {
  if (generation.status === "completed")
    return waitForSiblings(item, generation, engine.clock.now());
  if (generation.status !== "pending") return generation;
  if (generation.upstreamStatus === success && generation.outputs.length === 0) {
    return findReserved(engine, account, item, generation);
  }
  return generation.needsContinuation === true
    ? resolveStalledSeries(engine, item, generation)
    : generation;
}

function waitForSiblings(item: PollItem, generation: Generation, now: number): Generation {
  if (generation.upstreamStatus !== success || (generation.missingCount ?? 0) === 0)
    return generation;
  const shown = generation.outputs.length;
  const before = item.incompletePolls;
  const { polls, since } = before.shown === shown ? before : { polls: 0, since: now };
  item.incompletePolls = { shown, polls: polls + 1, since };
  const isSettled = polls + 1 >= pollsBeforeFewer && now - since >= fewerForMs;
  return isSettled ? generation : { ...generation, status: "pending" };
}

async function findReserved(
  engine: Engine,
  account: string,
  item: PollItem,
  generation: Generation,
): Promise<Generation> {
  item.emptyPolls += 1;
  const upstream = engine.accounts.connection(account)?.upstream;
  if (item.emptyPolls % pollsBeforeItems !== 0 || upstream === undefined) return generation;
  try {
    const { signal } = engine.stopping;
    const outputs = await upstream.generations.fullQuality(generation, { signal });
    return outputs.length === 0 ? generation : { ...generation, status: "completed", outputs };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    engine.logger.warn({ job: item.jobId, code: error.code }, "Failed to read reserved items");
    return generation;
  }
}

/** Continues a stalled series; once that did not help for the settle time, its results are complete as they are. */
async function resolveStalledSeries(
  engine: Engine,
  item: PollItem,
  generation: Generation,
): Promise<Generation> {
  const made = generation.finishedCount ?? generation.outputs.length;
  const record = await engine.store.get(item.jobId);
  if (record === undefined) return generation;
  if (mustContinue(record, made)) {
    if (!engine.followUps.isBusy(item.jobId))
      engine.followUps.add(item.jobId, () => continueSeries(engine, item.jobId, made));
    return generation;
  }
  const now = engine.clock.now();
  const isOver = now - (record.continuedAt ?? now) >= engine.settings.settleSeconds * 1000;
  return isOver && generation.outputs.length > 0
    ? { ...generation, status: "completed", partial: true }
    : generation;
}

function mustContinue(record: JobRecord, made: number): boolean {
  return made > (record.continuedCount ?? 0) && !record.cancelRequested;
}

/**
 * Continues a series, once per number of pictures made: the number is written down, synced, before the paid post.
 * Whatever becomes of the post, it is never sent again for the same number; only a certain refusal that may pass takes
 * the number back.
 */
async function continueSeries(engine: Engine, jobId: string, made: number): Promise<void> {
  const record = await engine.store.get(jobId);
  if (record === undefined || stepOf(record) !== "poll" || !mustContinue(record, made)) return;
  const { operation, request, account } = record;
  const upstream = engine.accounts.connection(account ?? "")?.upstream;
  if (request.kind !== "image" || operation === null || upstream === undefined) return;
  const handles = await handlesOf(engine, record);
  // Without the upstream's handles of its references the series cannot go on: what is there is taken.
  const continuedAt = handles === undefined ? 0 : engine.clock.now();
  const marked = await engine.change(record, { continuedCount: made, continuedAt });
  if (marked === undefined || handles === undefined) return;
  const ready = withHandles(request, handles);
  if (ready.kind !== "image" || ready.tool !== undefined) return;
  try {
    await upstream.generations.continue(operation, ready);
  } catch (cause) {
    const error = JimengError.isInstance(cause) ? cause : undefined;
    const verdict = judgeStartFailure(error, engine.settings.settleSeconds * 1000);
    engine.logger.warn(
      { job: record.id, account, made, verdict: verdict.kind, code: error?.code },
      "Failed to continue a series",
    );
    if (verdict.kind === "uncertain") return;
    const { continuedCount, continuedAt: before } = record;
    await correctMark(
      engine,
      marked,
      verdict.kind === "final" ? { continuedAt: 0 } : { continuedCount, continuedAt: before },
    );
  }
}

/** Corrects the mark of a continuation that was refused, whatever polls changed of the row meanwhile. */
async function correctMark(
  engine: Engine,
  marked: JobRecord,
  changes: Pick<JobRecord, "continuedAt"> & Partial<JobRecord>,
): Promise<void> {
  let latest: JobRecord | undefined = marked;
  for (let attempt = 0; attempt < maxAttempts && latest !== undefined; attempt++) {
    if ((await engine.change(latest, changes)) !== undefined) return;
    latest = await engine.store.get(marked.id);
    if (latest?.continuedCount !== marked.continuedCount) return;
  }
}
