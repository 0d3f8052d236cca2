// The stored result files: how one is fetched, checked and kept, how one is read.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";
import { v7 as uuidV7 } from "uuid";

import { closeFolder, openPrivate } from "../private-files.ts";
import { createKeptFileReader } from "./asset-reading.ts";
import { StorageFailure } from "./asset-store.ts";
import type { AssetStore, ByteRange } from "./asset-store.ts";
import { download } from "./download.ts";
import { emptyIncoming } from "./temp-file-cleanup.ts";
import { extensions, readMedia } from "./media.ts";
import type { ContentType, Media } from "./media.ts";
import { createGuardedAgent } from "./url-guard.ts";

/** What names a stored file. */
export interface AssetName {
  id: string;
  contentType: string;
}

/** What is known of a stored file without looking at it. */
export interface AssetFacts extends AssetName {
  bytes: number;
}

/** A file that is durably kept. */
export interface SavedFile extends Media {
  id: string;
  bytes: number;
}

/** Keeps result files. */
export interface Assets {
  /** Empties what a dead process left half-written; call once before saving. */
  start(): Promise<void>;
  /**
   * Downloads a URL to a local temporary file, checks what it is, and keeps it durably. At most 8 run at once.
   * Throws as `download` does, `unexpected_response` (reason `not_media`) for other content, and `StorageFailure`
   * when the place of the files fails: the step is then tried again, and nothing is fetched before it is back.
   */
  save(url: string, options: { allowLoopback: boolean; signal: AbortSignal }): Promise<SavedFile>;
  /** Throws `not_found` (what: asset) when the file is gone, `connection_failed` when that cannot be learned. */
  check(asset: AssetFacts): Promise<void>;
  /** Opens a stored file for reading, whole or in part; throws as `check` does. */
  open(asset: AssetFacts, range?: ByteRange): Promise<Readable>;
  /** Deletes files that nobody knows of. */
  discard(assets: AssetName[]): Promise<void>;
  close(): Promise<void>;
}

/** What assets are made of. */
export interface AssetsOptions {
  store: AssetStore;
  /** The folder of this node where downloads begin. */
  dataDir: string;
  /** Tells that other nodes may be writing into the same data folder; default false. */
  sharesDataDir?: boolean;
  /** Told why the place of the files could not be read. */
  logger: Pick<Logger, "warn">;
  /** Replaces the HTTP client, e.g. by a proxy's. */
  dispatcher?: Dispatcher;
  /** The largest file taken; default 2 GiB (a minute-long 1080p video has some hundred megabytes). */
  downloadLimitBytes?: number;
  /** The span over which a download must go at least 1 KiB a second, in milliseconds; default 60 s. */
  downloadPaceSpanMs?: number;
  /** How many downloads run at once; default 8. */
  concurrentDownloads?: number;
}

const defaultDownloadLimitBytes = 2 * 1024 ** 3;
const defaultConcurrentDownloads = 8;
const prefixDigits = 2;

/** Makes the keeper of result files, under the keys `assets/<two digits>/<id>.<extension>`. */
export function createAssets(options: AssetsOptions): Assets {
  const { store } = options;
  const incoming = join(options.dataDir, "assets", "incoming");
  const dispatcher =
    options.dispatcher ?? createGuardedAgent({ allowLoopbackNames: true, allowLocalProxy: true });
  const limitBytes = options.downloadLimitBytes ?? defaultDownloadLimitBytes;
  const paceSpanMs = options.downloadPaceSpanMs;
  const turns = new Turns(options.concurrentDownloads ?? defaultConcurrentDownloads);
  const reader = createKeptFileReader({ store, what: "asset", logger: options.logger });
  const toKept = (asset: AssetFacts) => ({ key: assetKey(asset), bytes: asset.bytes });
  let isStoreDown = false;

  async function fetchTo(
    temporary: string,
    url: string,
    allowLoopback: boolean,
    signal: AbortSignal,
  ) {
    const file = await openPrivate(temporary, "wx");
    try {
      const how = { dispatcher, allowLoopback, limitBytes, paceSpanMs, signal };
      const bytes = await download(url, file, how);
      await file.sync();
      return bytes;
    } finally {
      await file.close();
    }
  }

  async function saveNow(
    url: string,
    allowLoopback: boolean,
    signal: AbortSignal,
  ): Promise<SavedFile> {
    const id = `asset_${uuidV7()}`;
    const temporary = join(incoming, id);
    // Every waiting job would fetch its result again and again, only to find no place for it.
    if (isStoreDown) await store.check();
    isStoreDown = false;
    try {
      const bytes = await fetchTo(temporary, url, allowLoopback, signal);
      const media = await readMedia(temporary);
      if (media === undefined) throw notMedia();
      const saved = { id, bytes, ...media };
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
    save: (url, { allowLoopback, signal }) =>
      turns.run(() => {
        signal.throwIfAborted();
        return saveNow(url, allowLoopback, signal);
      }),
    check: (asset) => reader.check(toKept(asset)),
    open: (asset, range) => reader.open(toKept(asset), range),
    discard: (assets) => store.remove(assets.map(assetKey)),
    close: () => (options.dispatcher === undefined ? dispatcher.close() : Promise.resolve()),
  };
}
/** Gives the key of a stored file. */
export function assetKey({ id, contentType }: AssetName): string {
  // The last digits of a version 7 UUID are random, its first are the time: only the last spread over folders.
  return `assets/${id.slice(-prefixDigits)}/${id}.${extensions[contentType as ContentType]}`;
}

function notMedia(): JimengError {
  return new JimengError("unexpected_response", "The result is neither a picture nor a video.", {
    reason: "not_media",
    charged: "yes",
  });
}

/** Lets a bounded number of tasks run at once, the others in the order they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
