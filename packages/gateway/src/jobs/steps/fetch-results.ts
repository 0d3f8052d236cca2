// Fetches the files of a job's results that are missing or incomplete, and keeps the rows of the fetched ones.

import { JimengError } from "@jimeng/sdk";
import type { GenerationOutput } from "@jimeng/sdk";

import type { SavedFile } from "../../storage/assets.ts";
import { boundedInteger, boundedTime } from "../../storage/inspection/bounds.ts";
import { toDiskProblem } from "../../storage/disk-problem.ts";
import type { Engine } from "../engine.ts";
import { itemIdOf } from "../job.ts";
import type { JobRecord, StoredAsset } from "../record.ts";

/** The files of a job's results. */
export interface Fetched {
  /** All stored files of the outputs, in their order. */
  assets: StoredAsset[];
  /** Those of them that have no row yet. */
  added: StoredAsset[];
  /** Incomplete files in whose place one of `added` comes. */
  replaced: StoredAsset[];
  /** Why outputs have no whole file. */
  failures: JimengError[];
}

/** Stores the rows of fetched files. */
export async function keep(engine: Engine, fetched: Fetched): Promise<void> {
  const { added } = fetched;
  if (added.length > 0) await removeOutdated(engine, fetched, await engine.store.addAssets(added));
}

/**
 * Removes the files that have no row: incomplete ones that were replaced, and those of pictures that another node stored
 * first. Returns the added assets that have rows.
 */
export async function removeOutdated(
  engine: Engine,
  { added, replaced }: Pick<Fetched, "added" | "replaced">,
  rows: ReadonlySet<string>,
): Promise<StoredAsset[]> {
  const outdated = [...added, ...replaced].filter(({ id }) => !rows.has(id));
  if (outdated.length > 0) await engine.assets.discard(outdated);
  return added.filter(({ id }) => rows.has(id));
}

interface FetchedOne {
  asset: StoredAsset;
  isNew: boolean;
  replaced?: StoredAsset | undefined;
  failure?: JimengError | null;
}

/** Fetches the files that are missing or incomplete; what cannot be had whole is kept as far as it came, if wanted. */
export async function fetchMissing(
  engine: Engine,
  record: JobRecord,
  outputs: GenerationOutput[],
  wanted: "whole files only" | "incomplete files too",
): Promise<Fetched> {
  const stored = (await engine.store.assetsOf([record.id])).get(record.id) ?? [];
  const known = new Map(stored.map((asset) => [asset.itemId, asset]));
  const allowLoopback =
    engine.accounts.connection(record.account ?? "")?.allowLoopbackDownloads ?? false;
  const { signal } = engine.stopping;
  // An item is one file, however often the upstream lists it; our rows are unique by it.
  const items = new Map(outputs.map((output, index) => [itemIdOf(output, index), output]));
  const results = await Promise.allSettled(
    [...items.values()].map(async (output, index): Promise<FetchedOne> => {
      const before = known.get(itemIdOf(output, index));
      const place = before && { asset: { ...before, index }, isNew: false };
      // A file that was deleted is not fetched again.
      if (place && (!place.asset.incomplete || place.asset.deletedAt !== null)) return place;
      const keepIncompleteAbove = wanted === "whole files only" ? undefined : (before?.bytes ?? 0);
      try {
        const options = { allowLoopback, signal, keepIncompleteAbove };
        const file = await engine.assets.save(output.url, options);
        engine.onFailpoint("file_kept");
        engine.observer.assetStored({ contentType: file.contentType, bytes: file.bytes });
        const asset = toStored(record.id, index, output, file, engine.clock.now());
        return { asset, isNew: true, replaced: before, failure: file.fault };
      } catch (error) {
        if (place === undefined || !isUpstreamFailure(error)) throw error;
        return { ...place, failure: error };
      }
    }),
  );
  const fetched: Fetched = { assets: [], added: [], replaced: [], failures: [] };
  let fault: Error | undefined;
  for (const result of results) {
    if (result.status === "fulfilled") {
      const { asset, isNew, replaced, failure } = result.value;
      fetched.assets.push(asset);
      if (isNew) fetched.added.push(asset);
      if (replaced !== undefined) fetched.replaced.push(replaced);
      if (failure) fetched.failures.push(failure);
    } else if (isUpstreamFailure(result.reason)) {
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
    await keep(engine, fetched);
    throw fault;
  }
  if (fault !== undefined) {
    fetched.failures.push(
      new JimengError("connection_failed", "The engine stops.", { cause: fault }),
    );
  }
  return fetched;
}

/** Returns whether the host of a result failed, and not this machine or its disk. */
function isUpstreamFailure(error: unknown): error is JimengError {
  return JimengError.isInstance(error) && toDiskProblem(error) === undefined;
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
      file.durationMs ?? (output.kind === "image" ? null : output.durationMs),
    ),
    bytes: file.bytes,
    upstreamUrl: output.url,
    upstreamExpiresAt: boundedTime(output.expiresAt),
    createdAt: now,
    incomplete: file.fault !== null,
    thumbhash: null,
    coverUrl: output.kind === "video" ? output.coverUrl : null,
    posterBytes: null,
    trashedAt: null,
    deletedAt: null,
  };
}
