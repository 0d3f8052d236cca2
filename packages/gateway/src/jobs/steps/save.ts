// The saving step: the upstream's results become files on our disk, then the job is completed.

import { JimengError } from "@jimeng/sdk";
import type { GenerationOutput, Warning } from "@jimeng/sdk";

import type { SavedFile } from "../../storage/assets.ts";
import { boundedInteger, boundedTime } from "../../storage/inspection/bounds.ts";
import { urlExpired } from "../../storage/download.ts";
import { fullJitterMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import { bestOutputs } from "./full-quality.ts";
import type { JobRecord, StoredAsset } from "../record.ts";
import { retryBackoff } from "../settings.ts";

/** Saves what is missing of a finished generation and completes the job, or says what must happen first. */
export async function save(engine: Engine, poll: Poll, record: JobRecord): Promise<void> {
  engine.onFailpoint("saving");
  const { outputs, warnings } = await bestOutputs(engine, record);
  const { assets, added, failures } = await fetchMissing(engine, record, outputs);
  if (failures.length === 0) {
    const told = { ...record, warnings: [...record.warnings, ...warnings] };
    await complete(engine, told, assets, added);
    return;
  }
  if (added.length > 0) await engine.store.addAssets(added);
  if (engine.stopping.signal.aborted) return;
  await retryLater(engine, poll, record, { assets, failures });
}

/** Saves results that landed before their siblings; whatever fails now is saved with the rest. */
export async function savePartial(
  engine: Engine,
  record: JobRecord,
  outputs: GenerationOutput[],
): Promise<void> {
  const { added } = await fetchMissing(engine, record, outputs);
  if (added.length === 0) return;
  await engine.store.addAssets(added);
  await engine.emit(record, "job.progress", added);
}

interface Fetched {
  /** All stored files of the outputs, in their order. */
  assets: StoredAsset[];
  /** Those of them that no row tells of yet. */
  added: StoredAsset[];
  failures: JimengError[];
}

async function fetchMissing(
  engine: Engine,
  record: JobRecord,
  outputs: GenerationOutput[],
): Promise<Fetched> {
  const stored = (await engine.store.assetsOf([record.id])).get(record.id) ?? [];
  const known = new Map(stored.map((asset) => [asset.itemId, asset]));
  const allowLoopback =
    engine.accounts.connection(record.account ?? "")?.allowLoopbackDownloads ?? false;
  const { signal } = engine.stopping;
  // An item is one file, however often the upstream lists it; our rows are unique by it.
  const items = new Map(outputs.map((output, index) => [itemIdOf(output, index), output]));
  const results = await Promise.allSettled(
    [...items.values()].map(
      async (output, index): Promise<{ asset: StoredAsset; isNew: boolean }> => {
        const asset = known.get(itemIdOf(output, index));
        if (asset !== undefined) return { asset: { ...asset, index }, isNew: false };
        const file = await engine.assets.save(output.url, { allowLoopback, signal });
        engine.onFailpoint("file_kept");
        return { asset: toStored(record.id, index, output, file, engine.clock.now()), isNew: true };
      },
    ),
  );
  const fetched: Fetched = { assets: [], added: [], failures: [] };
  let fault: Error | undefined;
  for (const result of results) {
    if (result.status === "fulfilled") {
      fetched.assets.push(result.value.asset);
      if (result.value.isNew) fetched.added.push(result.value.asset);
    } else if (JimengError.isInstance(result.reason)) {
      fetched.failures.push(result.reason);
    } else {
      fault =
        result.reason instanceof Error
          ? result.reason
          : new Error("a file could not be saved", { cause: result.reason });
    }
  }
  if (fault !== undefined && !signal.aborted) {
    // Our own fault (a full disk): what was saved is kept, the step is tried again by the dispatcher.
    if (fetched.added.length > 0) await engine.store.addAssets(fetched.added);
    throw fault;
  }
  if (fault !== undefined) {
    fetched.failures.push(
      new JimengError("connection_failed", "The engine stops.", { cause: fault }),
    );
  }
  return fetched;
}

// An item without an id (never captured) is known by its place.
function itemIdOf(output: GenerationOutput, index: number): string {
  return output.itemId === "" ? `#${index}` : output.itemId;
}

function toStored(
  jobId: string,
  index: number,
  output: GenerationOutput,
  file: SavedFile,
  now: number,
): StoredAsset {
  return {
    id: file.id,
    jobId,
    index,
    itemId: itemIdOf(output, index),
    contentType: file.contentType,
    width: boundedInteger(file.width ?? output.width),
    height: boundedInteger(file.height ?? output.height),
    durationMs: boundedInteger(
      file.durationMs ?? (output.kind === "video" ? output.durationMs : null),
    ),
    bytes: file.bytes,
    upstreamUrl: output.url,
    upstreamExpiresAt: boundedTime(output.expiresAt),
    createdAt: now,
  };
}

async function complete(
  engine: Engine,
  record: JobRecord,
  assets: StoredAsset[],
  added: StoredAsset[],
): Promise<void> {
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
    "A job completed.",
  );
  await engine.emit(done, "job.completed", added);
}

function resultWarnings(record: JobRecord, assets: StoredAsset[]): Warning[] {
  const { request } = record;
  const warnings: Warning[] = [];
  const wanted = request.kind === "image" ? (request.sequence ?? request.count) : 1;
  const came = assets.length;
  if (came > wanted) {
    const message = `${came} pictures were made, ${wanted} wanted; the others are kept as assets of the job.`;
    warnings.push({ code: "extra_images", param: "count", message });
  } else if (came < wanted) {
    const message = `${came} of ${wanted} pictures were made.`;
    warnings.push({ code: "fewer_images", param: "count", message });
  }
  if (record.cancelRequested) {
    const message = "The generation was finished before the wish to cancel it took effect.";
    warnings.push({ code: "cancel_too_late", message });
  }
  // A job made on the site and imported while it ran asked for a size that we do not know (0, jobs/adopt.ts).
  if (request.kind !== "image" || request.intelligentRatio || request.width === 0) return warnings;
  const other = assets.find(
    (asset) => asset.width !== request.width || asset.height !== request.height,
  );
  if (other !== undefined) {
    const message = `The result has ${other.width}×${other.height} pixels, ${request.width}×${request.height} were asked for.`;
    warnings.push({ code: "size_differs", param: "size", message });
  }
  return warnings;
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
  const expired = failures.find((failure) => failure.detail.reason === urlExpired);
  const spoilt = failures.find((failure) => failure !== expired && !failure.retryable);
  const worst = spoilt ?? expired ?? failures[0];
  if (worst === undefined) return;
  logger.warn(
    {
      job: record.id,
      attempts,
      code: worst.code,
      reason: worst.detail.reason,
      upstream: worst.detail.upstream,
    },
    "A result could not be fetched yet.",
  );
  const givenUp = spoilt !== undefined && attempts > settings.maxRetryCount;
  if (givenUp && assets.length > 0) {
    await complete(engine, { ...record, attempts }, assets, []);
    return;
  }
  // Nobody may have tried before the deadline: the process was dead, and its signed URLs died meanwhile.
  const isTooLate = now >= record.deadlineAt && attempts > settings.maxRetryCount;
  if (givenUp || isTooLate) {
    await engine.fail(record, worst);
    return;
  }
  if (expired !== undefined || spoilt !== undefined || attempts > 1) {
    // A host that answers nobody twice may be gone for good, though its URL has not expired.
    // The row says "operation, no result" again: the watcher brings fresh URLs. Never a new start.
    const stale = await engine.change(record, {
      outputs: null,
      attempts,
      runAt: record.deadlineAt,
    });
    if (stale === undefined) engine.wake(record.id, now);
    else poll(stale);
    return;
  }
  const runAt = now + fullJitterMs(attempts, retryBackoff(settings), engine.random);
  await engine.change(record, { attempts, runAt });
  engine.wake(record.id, runAt);
}
