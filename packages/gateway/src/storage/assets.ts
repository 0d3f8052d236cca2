// The result files: downloads, checks and keeps them, and opens them for reading.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";
import { v7 as uuidV7 } from "uuid";

import { closeFolder } from "../private-files.ts";
import { createBudget, createLimiter } from "../concurrency.ts";
import { createKeptFileReader } from "./asset-reading.ts";
import { StorageFailure } from "./asset-store.ts";
import type { AssetStore, ByteRange, Sink } from "./asset-store.ts";
import type { Disk } from "./disk.ts";
import { download } from "./download.ts";
import { IncomingFile } from "./incoming-file.ts";
import type { ByteSource } from "./inspection/file-reader.ts";
import { emptyIncoming } from "./temp-file-cleanup.ts";
import { extensions, readDamagedMedia, readMedia } from "./media.ts";
import type { ContentType, Media, MediaFault } from "./media.ts";
import { createGuardedAgent } from "./url-guard.ts";

/** The id and type of a stored file, which make its key. */
export interface AssetName {
  id: string;
  contentType: string;
}

/** What the database tells of a stored file. */
export interface AssetFacts extends AssetName {
  bytes: number;
}

/** A file that was kept durably. */
export interface SavedFile extends Media {
  id: string;
  bytes: number;
  /** Why the file is incomplete; null for a whole one. */
  fault: JimengError | null;
}

/** The options of saving one file. */
export interface SaveOptions {
  allowLoopback: boolean;
  signal: AbortSignal;
  /** A file that cannot be had whole is kept when it has more bytes than this; default: never. */
  keepIncompleteAbove?: number;
}

/** Keeps result files. */
export interface Assets {
  /** Removes what a dead process left half-written; call once before saving. */
  start(): Promise<void>;
  /**
   * Downloads a URL to a local temporary file, checks what it is, and keeps it durably. Large files are downloaded 8 at
   * a time, small ones more. Throws as `download` does, `unexpected_response` (reason `empty`, `not_media`, `truncated`) for content
   * that is no whole file of a known type and not kept as an incomplete one, and `StorageFailure` when the storage fails: the step is then tried again, and
   * nothing is downloaded before the storage is back.
   */
  save(url: string, options: SaveOptions): Promise<SavedFile>;
  /** Keeps bytes durably that were not downloaded. Throws as `save` does for what is no whole file, and `StorageFailure`. */
  keep(bytes: Uint8Array): Promise<SavedFile>;
  /** Throws `not_found` (what: asset) when the file is missing, `connection_failed` when that cannot be learned. */
  check(asset: AssetFacts): Promise<void>;
  /** Opens a stored file for reading, whole or in part; throws as `check` does. */
  open(asset: AssetFacts, range?: ByteRange, sink?: Sink): Promise<Readable>;
  /** Deletes files that no job refers to, with their posters and what was made of them. */
  discard(assets: AssetName[]): Promise<void>;
  close(): Promise<void>;
}

/** What the result files need. */
export interface AssetsOptions {
  store: AssetStore;
  /** The folder of this node in which files are downloaded. */
  dataDir: string;
  /** Whether other nodes may be writing into the same data folder; default false. */
  sharesDataDir?: boolean;
  /** The disk of the data folder; without it no file is too large for the disk. */
  disk?: Pick<Disk, "assertRoomFor">;
  /** What was made of the files; it goes with them. */
  derived?: { remove(assetIds: readonly string[]): Promise<void> };
  /** Receives the reason when the storage could not be read. */
  logger: Pick<Logger, "warn">;
  /** The HTTP client of downloads, for example a proxy's; default a guarded one. */
  dispatcher?: Dispatcher;
  /** Our own name, sent to the hosts of downloads. */
  userAgent?: string;
  /** The largest file that is downloaded; default 2 GiB (a minute of 1080p video has some hundred megabytes). */
  downloadLimitBytes?: number;
  /** The span in which a download must bring at least 1 KiB a second, in milliseconds; default 60 s. */
  downloadPaceSpanMs?: number;
  /** How many downloads run at the same time, however small; default 32. */
  maxConcurrentDownloads?: number;
}

const defaultDownloadLimitBytes = 2 * 1024 ** 3;
const defaultMaxConcurrentDownloads = 32;
// Eight large files at a time, or as many pictures as fit.
const maxBytesInFlight = 64 * 1024 ** 2;
const largestShareBytes = 8 * 1024 ** 2;
const prefixDigits = 2;

/** Makes the keeper of result files; their keys are `assets/<two digits>/<id>.<extension>`. */
export function createAssets(options: AssetsOptions): Assets {
  const { store } = options;
  const incoming = join(options.dataDir, "assets", "incoming");
  const dispatcher =
    options.dispatcher ?? createGuardedAgent({ allowLoopbackNames: true, allowLocalProxy: true });
  const limitBytes = options.downloadLimitBytes ?? defaultDownloadLimitBytes;
  const paceSpanMs = options.downloadPaceSpanMs;
  const inFlight = createBudget(maxBytesInFlight);
  const runLimited = createLimiter(options.maxConcurrentDownloads ?? defaultMaxConcurrentDownloads);
  const reader = createKeptFileReader({ store, what: "asset", logger: options.logger });
  const toKept = (asset: AssetFacts) => ({ key: assetKey(asset), bytes: asset.bytes });
  let isStoreDown = false;

  /** Downloads a URL into a file; returns the error that ended a body of which a part may be kept. */
  async function downloadTo(
    file: IncomingFile,
    url: string,
    { allowLoopback, signal, keepIncompleteAbove }: SaveOptions,
  ): Promise<JimengError | undefined> {
    const { userAgent, disk } = options;
    let giveBack = (): void => {};
    const admit = async (declared: number): Promise<void> => {
      await disk?.assertRoomFor(declared);
      giveBack = await inFlight.take(declared === 0 ? largestShareBytes : shareOf(declared));
    };
    const limits = { limitBytes, paceSpanMs, admit };
    try {
      await download(url, file, { dispatcher, allowLoopback, userAgent, signal, ...limits });
      return undefined;
    } catch (error) {
      const isBroken = JimengError.isInstance(error) && error.code === "connection_failed";
      if (isBroken && keepIncompleteAbove !== undefined && !signal.aborted) return error;
      throw error;
    } finally {
      giveBack();
    }
  }

  async function saveNow(url: string, save: SaveOptions): Promise<SavedFile> {
    const { signal, keepIncompleteAbove = Number.POSITIVE_INFINITY } = save;
    // Otherwise every waiting job would download its result again and again without a storage for it.
    if (isStoreDown) await store.check();
    isStoreDown = false;
    try {
      const keeping = { store, folder: incoming, signal, keepIncompleteAbove };
      const kept = await keepReceived(keeping, (file) => downloadTo(file, url, save));
      return kept;
    } catch (error) {
      isStoreDown ||= error instanceof StorageFailure && !signal.aborted;
      throw error;
    }
  }

  return {
    async start() {
      await closeFolder(join(options.dataDir, "assets"));
      await emptyIncoming(incoming, options.sharesDataDir ? "shared" : "alone");
    },
    save: (url, save) =>
      runLimited(() => {
        save.signal.throwIfAborted();
        return saveNow(url, save);
      }),
    keep: (bytes) =>
      keepReceived({ store, folder: incoming, keepIncompleteAbove: 0 }, async (file) => {
        await file.write(bytes);
        return undefined;
      }),
    check: (asset) => reader.check(toKept(asset)),
    open: (asset, range, sink) => reader.open(toKept(asset), range, sink),
    async discard(assets) {
      await store.remove(assets.flatMap((asset) => [assetKey(asset), posterKey(asset.id)]));
      await options.derived?.remove(assets.map(({ id }) => id));
    },
    close: () => (options.dispatcher === undefined ? dispatcher.close() : Promise.resolve()),
  };
}

/** Where a received file goes. */
interface Keeping {
  store: AssetStore;
  /** The folder of temporary files. */
  folder: string;
  signal?: AbortSignal;
  /** A damaged file is kept when it has more bytes than this. */
  keepIncompleteAbove: number;
}

/** Receives a file, inspects it and keeps it; `receive` returns what ended it before its end. */
async function keepReceived(
  { store, folder, signal, keepIncompleteAbove }: Keeping,
  receive: (file: IncomingFile) => Promise<JimengError | undefined>,
): Promise<SavedFile> {
  const id = newAssetId();
  const temporary = join(folder, id);
  const file = await IncomingFile.open(temporary);
  try {
    let inspected: Inspected;
    try {
      const failure = await receive(file);
      await file.sync();
      inspected = await inspect(file.source(), failure);
    } finally {
      await file.close();
    }
    const { bytes } = file;
    const { media, fault } = inspected;
    if (media === undefined) throw fault;
    if (fault !== null && bytes <= keepIncompleteAbove) throw fault;
    const saved = { id, bytes, fault, ...media };
    const { contentType } = media;
    await store.put(assetKey(saved), { path: temporary, bytes, contentType }, signal);
    return saved;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const minuteMs = 60_000;
const folders = 16 ** prefixDigits;

/**
 * Makes the id of a file. Its last digits, which name its folder, are those of the minute: files of one moment share a
 * folder, which is synced once for all of them, and over the days every folder gets as many.
 */
function newAssetId(): string {
  const id = uuidV7();
  // A version 7 UUID begins with its time.
  const madeAt = Number.parseInt(id.replace("-", "").slice(0, 12), 16);
  const folder = (Math.floor(madeAt / minuteMs) % folders).toString(16);
  return `asset_${id.slice(0, -prefixDigits)}${folder.padStart(prefixDigits, "0")}`;
}

/** Returns how much of the bytes in flight a download takes: a large file is never in memory as a whole. */
function shareOf(declaredBytes: number): number {
  return Math.min(declaredBytes, largestShareBytes);
}

/** Returns the key of a video's poster. */
export function posterKey(id: string): string {
  return `assets/${id.slice(-prefixDigits)}/${id}.poster.webp`;
}

/** Returns the key of a stored file. */
export function assetKey({ id, contentType }: AssetName): string {
  return `assets/${id.slice(-prefixDigits)}/${id}.${extensions[contentType as ContentType]}`;
}

type Inspected =
  | { media: Media; fault: JimengError | null }
  | { media: undefined; fault: JimengError };

/** Reads what a downloaded file is; `failure` is what ended its download before its end. */
async function inspect(source: ByteSource, failure: JimengError | undefined): Promise<Inspected> {
  const found = await readMedia(source);
  if (typeof found !== "string") return { media: found, fault: failure ?? null };
  return { media: await readDamagedMedia(source), fault: failure ?? toError(found) };
}

const faults: Record<MediaFault, string> = {
  empty: "The result's host sent an empty file.",
  not_media: "What the result's host sent is no picture, video or sound.",
  truncated: "The file of the result is cut short.",
};

function toError(fault: MediaFault): JimengError {
  return new JimengError("unexpected_response", faults[fault], { reason: fault, charged: "yes" });
}
