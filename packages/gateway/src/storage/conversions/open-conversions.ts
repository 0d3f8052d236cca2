// Puts the converter of pictures and the keeper of posters together; both share the threads of one line.

import { join } from "node:path";

import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import type { AssetStore } from "../asset-store.ts";
import { createGuardedAgent } from "../url-guard.ts";
import { createConversions } from "./conversions.ts";
import type { Conversions } from "./conversions.ts";
import { PictureEncoder } from "./encoder.ts";
import { createPosters } from "./posters.ts";
import type { Posters } from "./posters.ts";
import { WorkLine } from "./work-line.ts";

/** What conversions and posters need. */
export interface OpenConversionsOptions {
  store: AssetStore;
  /** What is made on read is kept in a folder of it, which no backup has. */
  dataDir: string;
  /** Whether other nodes may use the same data folder. */
  sharesDataDir: boolean;
  cacheMegabytes: number;
  /** The HTTP client of downloads, for example a proxy's; default a guarded one. */
  dispatcher?: Dispatcher;
  /** Our own name, sent to the hosts of covers. */
  userAgent?: string;
  logger: Pick<Logger, "warn">;
  /** Returns Unix milliseconds. */
  now: () => number;
}

/** The converter of pictures, and the keeper of posters. */
export interface OpenedConversions {
  conversions: Conversions;
  posters: Posters;
  close(): Promise<void>;
}

// Node has four threads for files and pictures: two stay free for files.
const limits = { atOnce: 2, maxWaiting: 32 };
const bytesPerMegabyte = 1024 ** 2;

/** Makes both; nothing is read or written before they are used. */
export function openConversions(options: OpenConversionsOptions): OpenedConversions {
  const { store, logger, dataDir, userAgent } = options;
  const folder = join(dataDir, "conversions");
  const work = { store, logger, encoder: new PictureEncoder(), workLine: new WorkLine(limits) };
  const dispatcher =
    options.dispatcher ?? createGuardedAgent({ allowLoopbackNames: true, allowLocalProxy: true });
  return {
    conversions: createConversions({
      ...work,
      folder,
      isShared: options.sharesDataDir,
      maxCacheBytes: options.cacheMegabytes * bytesPerMegabyte,
      now: options.now,
    }),
    posters: createPosters({ ...work, incoming: join(folder, "incoming"), dispatcher, userAgent }),
    close: () => (options.dispatcher === undefined ? dispatcher.close() : Promise.resolve()),
  };
}
