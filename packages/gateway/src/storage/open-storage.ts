// Opens the storage of result files with all that reads and writes it: downloads, conversions and posters.

import type { Dispatcher } from "undici";
import type { Logger } from "pino";

import type { AssetsPlace } from "../config/assets.ts";
import type { AssetStore } from "./asset-store.ts";
import { createAssets } from "./assets.ts";
import type { Assets } from "./assets.ts";
import { openConversions } from "./conversions/open-conversions.ts";
import type { Conversions } from "./conversions/conversions.ts";
import type { Posters } from "./conversions/posters.ts";
import type { Disk } from "./disk.ts";
import { openAssetStore } from "./open-asset-store.ts";

/** What the storage needs. */
export interface OpenStorageOptions {
  place: AssetsPlace;
  dataDir: string;
  /** Whether other nodes may be writing into the same data folder. */
  sharesDataDir: boolean;
  conversionCacheMegabytes: number;
  disk: Disk;
  /** The HTTP client of downloads; a guarded one where it is undefined. */
  dispatcher: Dispatcher | undefined;
  userAgent: string;
  logger: Logger;
  /** Returns Unix milliseconds. */
  now: () => number;
}

/** The opened storage. */
export interface OpenedStorage {
  store: AssetStore;
  assets: Assets;
  conversions: Conversions;
  posters: Posters;
  close(): Promise<void>;
}

/** Opens the storage. Throws `invalid_request` (param ASSETS_URL) in one line when the setting is wrong. */
export async function openStorage({
  place,
  disk,
  conversionCacheMegabytes,
  now,
  ...shared
}: OpenStorageOptions): Promise<OpenedStorage> {
  const { dataDir, logger } = shared;
  const store = await openAssetStore({ place, dataDir, logger });
  const opened = openConversions({
    ...shared,
    store,
    cacheMegabytes: conversionCacheMegabytes,
    now,
  });
  const { conversions, posters } = opened;
  const assets = createAssets({ ...shared, store, disk, derived: conversions });
  return {
    store,
    assets,
    conversions,
    posters,
    async close() {
      await assets.close();
      await opened.close();
      store.close();
    },
  };
}
