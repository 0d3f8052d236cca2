// The result files: downloads, checks and keeps them, and opens them for reading.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";
import { v7 as uuidV7 } from "uuid";

import { closeFolder, openPrivate } from "../private-files.ts";
import { createLimiter } from "../concurrency.ts";
import { createKeptFileReader } from "./asset-reading.ts";
import { StorageFailure } from "./asset-store.ts";
import type { AssetStore, ByteRange } from "./asset-store.ts";
import type { Disk } from "./disk.ts";
import { download } from "./download.ts";
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
   * Downloads a URL to a local temporary file, checks what it is, and keeps it durably. At most 8 downloads run at the
   * same time. Throws as `download` does, `unexpected_response` (reason `empty`, `not_media`, `truncated`) for content
   * that is no whole file of a known type and not kept as an incomplete one, and `StorageFailure` when the storage fails: the step is then tried again, and
   * nothing is downloaded before the storage is back.
   */
  save(url: string, options: SaveOptions): Promise<SavedFile>;
  /** Keeps bytes durably that were not downloaded. Throws as `save` does for what is no whole file, and `StorageFailure`. */
  keep(bytes: Uint8Array): Promise<SavedFile>;
  /** Throws `not_found` (what: asset) when the file is missing, `connection_failed` when that cannot be learned. */
  check(asset: AssetFacts): Promise<void>;
  /** Opens a stored file for reading, whole or in part; throws as `check` does. */
  open(asset: AssetFacts, range?: ByteRange): Promise<Readable>;
  /** Deletes files that no job refers to. */
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
  /** How many downloads run at the same time; default 8. */
  maxConcurrentDownloads?: number;
}

const defaultDownloadLimitBytes = 2 * 1024 ** 3;
const defaultMaxConcurrentDownloads = 8;
const prefixDigits = 2;

/** Makes the keeper of result files; their keys are `assets/<two digits>/<id>.<extension>`. */
export function createAssets(options: AssetsOptions): Assets {
  const { store } = options;
  const incoming = join(options.dataDir, "assets", "incoming");
  const dispatcher =
    options.dispatcher ?? createGuardedAgent({ allowLoopbackNames: true, allowLocalProxy: true });
  const limitBytes = options.downloadLimitBytes ?? defaultDownloadLimitBytes;
  const paceSpanMs = options.downloadPaceSpanMs;
  const runLimited = createLimiter(options.maxConcurrentDownloads ?? defaultMaxConcurrentDownloads);
  const reader = createKeptFileReader({ store, what: "asset", logger: options.logger });
  const toKept = (asset: AssetFacts) => ({ key: assetKey(asset), bytes: asset.bytes });
  let isStoreDown = false;

  /** Downloads a URL into a new file; returns its length, and the error that ended a body of which a part may be kept. */
  async function downloadTo(
    temporary: string,
    url: string,
    { allowLoopback, signal, keepIncompleteAbove }: SaveOptions,
  ): Promise<{ bytes: number; failure: JimengError | undefined }> {
    const file = await openPrivate(temporary, "wx");
    try {
      const { userAgent, disk } = options;
      const assertRoomFor = (bytes: number) => disk?.assertRoomFor(bytes) ?? Promise.resolve();
      const limits = { limitBytes, paceSpanMs, assertRoomFor };
      const downloadOptions = { dispatcher, allowLoopback, userAgent, signal, ...limits };
      const failure = await download(url, file, downloadOptions).then(
        () => undefined,
        (error: unknown) => {
          const isBroken = JimengError.isInstance(error) && error.code === "connection_failed";
          if (isBroken && keepIncompleteAbove !== undefined && !signal.aborted) return error;
          throw error;
        },
      );
      await file.sync();
      return { bytes: (await file.stat()).size, failure };
    } finally {
      await file.close();
    }
  }

  async function saveNow(url: string, save: SaveOptions): Promise<SavedFile> {
    const { signal, keepIncompleteAbove = Number.POSITIVE_INFINITY } = save;
    const id = `asset_${uuidV7()}`;
    const temporary = join(incoming, id);
    // Otherwise every waiting job would download its result again and again without a storage for it.
    if (isStoreDown) await store.check();
    isStoreDown = false;
    try {
      const { bytes, failure } = await downloadTo(temporary, url, save);
      const { media, fault } = await inspect(temporary, failure);
      if (media === undefined) throw fault;
      if (fault !== null && bytes <= keepIncompleteAbove) throw fault;
      const saved = { id, bytes, fault, ...media };
      const { contentType } = media;
      await store.put(assetKey(saved), { path: temporary, bytes, contentType }, signal);
      return saved;
    } catch (error) {
      isStoreDown ||= error instanceof StorageFailure && !signal.aborted;
      throw error;
    } finally {
      await rm(temporary, { force: true });
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
    keep: (bytes) => keepBytes(store, incoming, bytes),
    check: (asset) => reader.check(toKept(asset)),
    open: (asset, range) => reader.open(toKept(asset), range),
    discard: (assets) => store.remove(assets.map(assetKey)),
    close: () => (options.dispatcher === undefined ? dispatcher.close() : Promise.resolve()),
  };
}

/** Keeps bytes by way of a temporary file in `folder`. */
async function keepBytes(
  store: AssetStore,
  folder: string,
  content: Uint8Array,
): Promise<SavedFile> {
  const id = `asset_${uuidV7()}`;
  const temporary = join(folder, id);
  const bytes = content.byteLength;
  try {
    await writePrivate(temporary, content);
    const { media, fault } = await inspect(temporary, undefined);
    if (media === undefined) throw fault;
    const saved = { id, bytes, fault, ...media };
    const { contentType } = media;
    await store.put(assetKey(saved), { path: temporary, bytes, contentType });
    return saved;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  const file = await openPrivate(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Returns the key of a stored file. */
export function assetKey({ id, contentType }: AssetName): string {
  // A version 7 UUID begins with the time and ends with random digits: only the last digits spread over folders.
  return `assets/${id.slice(-prefixDigits)}/${id}.${extensions[contentType as ContentType]}`;
}

type Inspected =
  | { media: Media; fault: JimengError | null }
  | { media: undefined; fault: JimengError };

/** Reads what a downloaded file is; `failure` is what ended its download before its end. */
async function inspect(path: string, failure: JimengError | undefined): Promise<Inspected> {
  const found = await readMedia(path);
  if (typeof found !== "string") return { media: found, fault: failure ?? null };
  return { media: await readDamagedMedia(path), fault: failure ?? toError(found) };
}

const faults: Record<MediaFault, string> = {
  empty: "The result's host sent an empty file.",
  not_media: "What the result's host sent is no picture, video or sound.",
  truncated: "The file of the result is cut short.",
};

function toError(fault: MediaFault): JimengError {
  return new JimengError("unexpected_response", faults[fault], { reason: fault, charged: "yes" });
}
