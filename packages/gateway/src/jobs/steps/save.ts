// Saves the upstream's results as files, then completes the job.

import type { GenerationOutput, JimengError } from "@jimeng/sdk";

import { toStorageUnavailable } from "../../storage/disk-problem.ts";
import { urlExpired } from "../../storage/download.ts";
import { fullJitterMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import { fetchMissing, keep, removeOutdated } from "./fetch-results.ts";
import type { Fetched } from "./fetch-results.ts";
import { inFullQuality } from "./full-quality.ts";
import { resultWarnings, withWayOut } from "./result-warnings.ts";
import { stepOf } from "../record.ts";
import type { JobRecord } from "../record.ts";
import { retryBackoff } from "../settings.ts";

/** Saves what is missing of a finished generation and completes the job, or says what must happen first. */
export async function save(engine: Engine, poll: Poll, record: JobRecord): Promise<void> {
  engine.onFailpoint("saving");
  await assertWritable(engine);
  // A partial result that this node saves now is not fetched twice.
  await engine.followUps.finished(record.id);
  const { outputs, warnings } = await inFullQuality(engine, record);
  const fetched = await fetchMissing(engine, record, outputs, "incomplete files too");
  if (fetched.failures.length === 0) {
    const warned = { ...record, warnings: [...record.warnings, ...warnings] };
    await complete(engine, warned, fetched);
    return;
  }
  await keep(engine, fetched);
  if (engine.stopping.signal.aborted) return;
  await retryLater(engine, poll, record, fetched);
}

/** Throws `storage_unavailable` where no file can be made at all; a disk below its floor still takes results. */
async function assertWritable({ disk }: Engine): Promise<void> {
  const problem = await disk.problem();
  if (problem !== undefined && problem.reason !== "disk_full") throw toStorageUnavailable(problem);
}

/** Saves results that landed before their siblings; what fails now is saved with the rest. */
export async function savePartial(
  engine: Engine,
  record: JobRecord,
  outputs: GenerationOutput[],
): Promise<void> {
  const fetched = await fetchMissing(engine, record, outputs, "whole files only");
  const { added } = fetched;
  if (added.length === 0) return;
  const latest = await engine.store.get(record.id);
  if (latest === undefined || stepOf(latest) === "none") {
    // Another node has saved everything meanwhile.
    await engine.assets.discard(added);
    return;
  }
  const kept = await removeOutdated(engine, fetched, await engine.store.addPartialAssets(added));
  if (kept.length > 0) await engine.emit(latest, "job.progress", kept);
}

async function complete(
  engine: Engine,
  record: JobRecord,
  fetched: Pick<Fetched, "assets" | "added" | "replaced">,
): Promise<void> {
  const { assets, added } = fetched;
  const now = engine.clock.now();
  const done = await engine.change(
    record,
    {
      status: "completed",
      progress: 100,
      warnings: [...record.warnings, ...resultWarnings(record, assets)],
      queue: null,
      runAt: null,
      completedAt: now,
    },
    undefined,
    assets,
  );
  if (done === undefined) {
    await engine.assets.discard(added);
    engine.wake(record.id, now);
    return;
  }
  engine.onFailpoint("completed");
  engine.logger.info(
    { job: record.id, account: record.account, assets: assets.length },
    "Job completed",
  );
  const rows = (await engine.store.assetsOf([record.id])).get(record.id) ?? [];
  const kept = await removeOutdated(engine, fetched, new Set(rows.map(({ id }) => id)));
  await engine.emit(done, "job.completed", kept);
}

async function retryLater(
  engine: Engine,
  poll: Poll,
  record: JobRecord,
  { assets, failures }: Pick<Fetched, "assets" | "failures">,
): Promise<void> {
  const { clock, settings, logger } = engine;
  const now = clock.now();
  const attempts = record.attempts + 1;
  const expired = failures.find(isExpired);
  const broken = failures.find(isBroken);
  const brokenDownloads = record.brokenDownloads + (broken === undefined ? 0 : 1);
  const worst = broken ?? expired ?? failures[0];
  if (worst === undefined) return;
  const { code, detail } = worst;
  logger.warn(
    { job: record.id, attempts, code, reason: detail.reason, upstream: detail.upstream },
    "Failed to fetch a result, will retry",
  );
  // What only failed to arrive may still come, until the deadline.
  const isGivenUp = failures.every(isBroken) && brokenDownloads > settings.maxRetryCount;
  // Nobody may have tried before the deadline: the process was dead, and its signed URLs died meanwhile.
  const isTooLate = now >= record.deadlineAt && attempts > settings.maxRetryCount;
  if (isGivenUp || isTooLate) {
    // A file that its host declares whole is all that the upstream has; the part of one that broke off is not.
    const isResult = isGivenUp ? assets.length > 0 : assets.some(({ incomplete }) => !incomplete);
    if (isResult) await complete(engine, record, { assets, added: [], replaced: [] });
    else await engine.fail(record, withWayOut(worst, record.id, assets));
    return;
  }
  if (expired !== undefined || broken !== undefined || attempts > 1) {
    // A host that failed to answer twice may be gone for good, though its URL has not expired.
    // The row says "operation, no result" again: the poller brings fresh URLs. Never a new start.
    const changes = { outputs: null, attempts, brokenDownloads, runAt: record.deadlineAt };
    const stale = await engine.change(record, changes);
    if (stale === undefined) engine.wake(record.id, now);
    else poll(stale);
    return;
  }
  const runAt = now + fullJitterMs(attempts, retryBackoff(settings), engine.random);
  await engine.change(record, { attempts, runAt });
  engine.wake(record.id, runAt);
}

function isExpired({ detail }: JimengError): boolean {
  return detail.reason === urlExpired;
}

/** Returns whether a host answered, with something that is no whole file. */
function isBroken(failure: JimengError): boolean {
  return !failure.retryable && !isExpired(failure);
}
