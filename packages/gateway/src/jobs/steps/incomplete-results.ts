// Records that do not end by themselves: success without items or with too few, and a series that stands still.

import { JimengError } from "@jimeng/sdk";
import type { Generation } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import { withHandles } from "../../references/file-handles.ts";
import type { JobRecord } from "../record.ts";
import { judgeStartFailure } from "./start-failure.ts";
import { handlesOf } from "./upload.ts";
import type { WatchItem } from "../polling/poller.ts";

const success = 50;
// Protocol 5.6.1: 50 without items happens for some polls; longer than these it is asked for the items themselves.
const looksBeforeItems = 5;
// Success with fewer items than announced may show the others later (generate.md): it must stay the same over so
// many looks and so long, for looks are half a second apart while a picture is hot. The missing ones are paid for.
const looksBeforeFewer = 3;
const fewerForMs = 10_000;

/** Gives the generation with results where its record alone shows none yet or no more will come. */
export async function resolveLate(
  engine: Engine,
  account: string,
  item: WatchItem,
  generation: Generation,
): Promise<Generation> {
  if (generation.status === "completed") return awaitSiblings(item, generation, engine.clock.now());
  if (generation.status !== "pending") return generation;
  if (generation.upstreamStatus === success && generation.outputs.length === 0) {
    return findReserved(engine, account, item, generation);
  }
  return generation.needsContinuation === true
    ? judgeStandstill(engine, item, generation)
    : generation;
}

function awaitSiblings(item: WatchItem, generation: Generation, now: number): Generation {
  if (generation.upstreamStatus !== success || (generation.missingCount ?? 0) === 0)
    return generation;
  const shown = generation.outputs.length;
  const before = item.fewerLooks;
  const { looks, since } = before.shown === shown ? before : { looks: 0, since: now };
  item.fewerLooks = { shown, looks: looks + 1, since };
  const isSettled = looks + 1 >= looksBeforeFewer && now - since >= fewerForMs;
  return isSettled ? generation : { ...generation, status: "pending" };
}

async function findReserved(
  engine: Engine,
  account: string,
  item: WatchItem,
  generation: Generation,
): Promise<Generation> {
  item.emptyLooks += 1;
  const upstream = engine.accounts.connection(account)?.upstream;
  if (item.emptyLooks % looksBeforeItems !== 0 || upstream === undefined) return generation;
  try {
    const { signal } = engine.stopping;
    const outputs = await upstream.generations.originals(generation, { signal });
    return outputs.length === 0 ? generation : { ...generation, status: "completed", outputs };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    engine.logger.warn({ job: item.jobId, code: error.code }, "Reserved items could not be read.");
    return generation;
  }
}

/** Wakes the step that continues the series; once continued in vain for the settle time, takes what is there. */
async function judgeStandstill(
  engine: Engine,
  item: WatchItem,
  generation: Generation,
): Promise<Generation> {
  const made = generation.finishedCount ?? generation.outputs.length;
  const record = await engine.store.get(item.jobId);
  const { settleSeconds } = engine.settings;
  const now = engine.clock.now();
  if (record === undefined) return generation;
  if (made > (record.continuedCount ?? 0) && !record.cancelRequested) {
    engine.standstills.set(item.jobId, made);
    engine.wake(item.jobId, now);
    return generation;
  }
  const isOver = now - (record.continuedAt ?? now) >= settleSeconds * 1000;
  return isOver && generation.outputs.length > 0
    ? { ...generation, status: "completed", partial: true }
    : generation;
}

/**
 * Continues a series, once per standstill: how many pictures there were is written down, synced, before the paid
 * post. Whatever becomes of the post, it is never made again for the same number; only a sure refusal that may
 * pass takes the mark back.
 */
export async function continueSeries(
  engine: Engine,
  record: JobRecord,
  made: number,
): Promise<JobRecord | undefined> {
  const { operation, request, account } = record;
  const upstream = engine.accounts.connection(account ?? "")?.upstream;
  if (request.kind !== "image" || operation === null || upstream === undefined) return record;
  if (made <= (record.continuedCount ?? 0)) return record;
  const now = engine.clock.now();
  const handles = await handlesOf(engine, record);
  // Without the upstream's handles of its references the series cannot go on: what is there is taken.
  const continuedAt = handles === undefined ? 0 : now;
  const marked = await engine.change(record, { continuedCount: made, continuedAt });
  if (marked === undefined || handles === undefined) return marked;
  const ready = withHandles(request, handles);
  if (ready.kind !== "image") return marked;
  try {
    await upstream.generations.continue(operation, ready);
    return marked;
  } catch (cause) {
    const error = JimengError.isInstance(cause) ? cause : undefined;
    const verdict = judgeStartFailure(error, engine.settings.settleSeconds * 1000);
    engine.logger.warn(
      { job: record.id, account, made, verdict: verdict.kind, code: error?.code },
      "A series could not be continued.",
    );
    if (verdict.kind === "doubt") return marked;
    const again = verdict.kind !== "final";
    const { continuedCount } = again ? record : marked;
    return engine.change(marked, { continuedCount, continuedAt: again ? record.continuedAt : 0 });
  }
}
