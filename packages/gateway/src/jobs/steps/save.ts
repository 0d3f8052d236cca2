// Saves the upstream's results as files, then completes the job.

import { JimengError } from "@jimeng/sdk";
import type { GenerationOutput, PreparedVideoRequest, Warning } from "@jimeng/sdk";

import type { SavedFile } from "../../storage/assets.ts";
import { usualTypes } from "../../storage/media.ts";
import { boundedInteger, boundedTime } from "../../storage/inspection/bounds.ts";
import { toDiskProblem, toStorageUnavailable } from "../../storage/disk-problem.ts";
import { urlExpired } from "../../storage/download.ts";
import { fullJitterMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import { inFullQuality } from "./full-quality.ts";
import { itemIdOf } from "../job.ts";
import { stepOf } from "../record.ts";
import type { JobRecord, StoredAsset } from "../record.ts";
import { retryBackoff } from "../settings.ts";

/** Saves what is missing of a finished generation and completes the job, or says what must happen first. */
export async function save(engine: Engine, poll: Poll, record: JobRecord): Promise<void> {
  engine.onFailpoint("saving");
  await assertWritable(engine);
  // A partial result that this node saves now is not fetched twice.
  await engine.followUps.finished(record.id);
  const { outputs, warnings } = await inFullQuality(engine, record);
  const { assets, added, failures } = await fetchMissing(engine, record, outputs);
  if (failures.length === 0) {
    const warned = { ...record, warnings: [...record.warnings, ...warnings] };
    await complete(engine, warned, assets, added);
    return;
  }
  await keep(engine, added);
  if (engine.stopping.signal.aborted) return;
  await retryLater(engine, poll, record, { assets, failures });
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
  const { added } = await fetchMissing(engine, record, outputs);
  if (added.length === 0) return;
  const latest = await engine.store.get(record.id);
  if (latest === undefined || stepOf(latest) === "none") {
    // Another node has saved everything meanwhile.
    await engine.assets.discard(added);
    return;
  }
  const kept = await removeDuplicates(engine, added, await engine.store.addPartialAssets(added));
  if (kept.length > 0) await engine.emit(latest, "job.progress", kept);
}

/** Stores the rows of fetched files. */
async function keep(engine: Engine, added: StoredAsset[]): Promise<void> {
  if (added.length > 0) await removeDuplicates(engine, added, await engine.store.addAssets(added));
}

/** Removes files of pictures that another node stored first, as partial results; returns the assets that have rows. */
async function removeDuplicates(
  engine: Engine,
  added: StoredAsset[],
  rows: ReadonlySet<string>,
): Promise<StoredAsset[]> {
  const duplicates = added.filter(({ id }) => !rows.has(id));
  if (duplicates.length > 0) await engine.assets.discard(duplicates);
  return added.filter(({ id }) => rows.has(id));
}

interface Fetched {
  /** All stored files of the outputs, in their order. */
  assets: StoredAsset[];
  /** Those of them that have no row yet. */
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
    } else if (
      JimengError.isInstance(result.reason) &&
      toDiskProblem(result.reason) === undefined
    ) {
      fetched.failures.push(result.reason);
    } else {
      fault =
        result.reason instanceof Error
          ? result.reason
          : new Error("a file could not be saved", { cause: result.reason });
    }
  }
  if (fault !== undefined && !signal.aborted) {
    // Our own fault (a full disk): what was saved is kept, and the dispatcher runs the step again.
    await keep(engine, fetched.added);
    throw fault;
  }
  if (fault !== undefined) {
    fetched.failures.push(
      new JimengError("connection_failed", "The engine stops.", { cause: fault }),
    );
  }
  return fetched;
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
    "Job completed",
  );
  const rows = (await engine.store.assetsOf([record.id])).get(record.id) ?? [];
  const kept = await removeDuplicates(engine, added, new Set(rows.map(({ id }) => id)));
  await engine.emit(done, "job.completed", kept);
}

const isUsual: ReadonlySet<string> = new Set(usualTypes);

/** The codes of the warnings that are made when a job is completed. */
export const completionWarnings: ReadonlySet<string> = new Set([
  "extra_images",
  "fewer_images",
  "cancel_too_late",
  "unusual_format",
  "size_differs",
]);

function resultWarnings(record: JobRecord, assets: StoredAsset[]): Warning[] {
  const { request } = record;
  const warnings: Warning[] = [];
  const wanted = request.kind === "image" ? (request.sequence ?? request.count) : 1;
  const came = assets.length;
  if (came > wanted) {
    const message = `${came} pictures were made, ${wanted} wanted; the others are kept as assets of the job.`;
    warnings.push({ code: "extra_images", param: "count", message });
  } else if (came < wanted) {
    const unsaved = new Set((record.outputs ?? []).map(itemIdOf)).size - came;
    const message =
      unsaved > 0
        ? `${came} of ${wanted} pictures could be had. ${wayOut(record.id)}`
        : `${came} of ${wanted} pictures were made.`;
    warnings.push({ code: "fewer_images", param: "count", message });
  }
  if (record.cancelRequested) {
    const message = "The generation was finished before the request to cancel it took effect.";
    warnings.push({ code: "cancel_too_late", message });
  }
  const unusual = assets.find(({ contentType }) => !isUsual.has(contentType));
  if (unusual !== undefined) {
    const message = `The result came as ${unusual.contentType}, which some programs cannot show; it is kept as it came.`;
    warnings.push({ code: "unusual_format", message });
  }
  const differs = sizeWarning(record, assets);
  return differs === undefined ? warnings : [...warnings, differs];
}

function sizeWarning({ request }: JobRecord, assets: StoredAsset[]): Warning | undefined {
  if (request.kind === "video") return ratioWarning(request, assets);
  // A job made on the site and imported while it ran asked for a size that we do not know (0, jobs/adopt.ts).
  if (request.intelligentRatio || request.width === 0) return undefined;
  const other = assets.find(
    (asset) => asset.width !== request.width || asset.height !== request.height,
  );
  if (other === undefined) return undefined;
  const message = `The result has ${other.width}×${other.height} pixels, ${request.width}×${request.height} were asked for.`;
  return { code: "size_differs", param: "size", message };
}

// The upstream chooses a video's pixels itself, near the asked ratio (docs/upstream/sizes.md): only a plainly other
// shape is told. With a first frame the frame decides.
const maxRatioFactor = 1.1;

function ratioWarning(request: PreparedVideoRequest, assets: StoredAsset[]): Warning | undefined {
  const [across = 0, down = 0] = request.ratio.split(":").map(Number);
  const asset = assets[0];
  if (request.firstFrame !== undefined || !(across > 0 && down > 0)) return undefined;
  if (!asset?.width || !asset.height) return undefined;
  const factor = (asset.width / asset.height) * (down / across);
  if (factor <= maxRatioFactor && factor >= 1 / maxRatioFactor) return undefined;
  const message = `The video has ${asset.width}×${asset.height} pixels, ${request.ratio} was asked for.`;
  return { code: "size_differs", param: "ratio", message };
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
    "Failed to fetch a result, will retry",
  );
  const isGivenUp = spoilt !== undefined && attempts > settings.maxRetryCount;
  if (isGivenUp && assets.length > 0) {
    await complete(engine, { ...record, attempts }, assets, []);
    return;
  }
  // Nobody may have tried before the deadline: the process was dead, and its signed URLs died meanwhile.
  const isTooLate = now >= record.deadlineAt && attempts > settings.maxRetryCount;
  if (isGivenUp || isTooLate) {
    await engine.fail(record, withWayOut(worst, record.id));
    return;
  }
  if (expired !== undefined || spoilt !== undefined || attempts > 1) {
    // A host that failed to answer twice may be gone for good, though its URL has not expired.
    // The row says "operation, no result" again: the poller brings fresh URLs. Never a new start.
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

/** Returns the error with the way to the result: the upstream has it, and may give it later. */
function withWayOut(error: JimengError, jobId: string): JimengError {
  const { code, message, detail } = error;
  return new JimengError(code, message, { ...detail, fix: wayOut(jobId), cause: error });
}

function wayOut(jobId: string): string {
  return (
    "The upstream still has the result. Have it fetched again, which costs nothing: " +
    `POST /v1/jobs/${jobId}/recheck, or jimeng jobs recheck ${jobId}.`
  );
}
