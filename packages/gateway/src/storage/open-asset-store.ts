// Choosing and opening the place of stored files.

import { join } from "node:path";

import type { Logger } from "pino";

import { openFolderStore, prepareSharedFolder } from "./asset-store-folder.ts";
import type { AssetStore } from "./asset-store.ts";
import type { AssetsPlace } from "../config/assets.ts";

/** Says where files are kept. */
export interface StoreOptions {
  place: AssetsPlace;
  dataDir: string;
  /** Told when the place cannot be reached at the start. */
  logger: Pick<Logger, "warn">;
}

/**
 * Opens the place of stored files and proves that it can be written. Throws `invalid_request` (param ASSETS_URL) in
 * one line when the setting is wrong; a storage that is only down at the moment is waited for by the jobs.
 */
export async function openAssetStore({
  place,
  dataDir,
  logger,
}: StoreOptions): Promise<AssetStore> {
  switch (place.kind) {
    case "data-folder":
      return openFolderStore({ root: dataDir });
    case "shared-folder":
      return openFolderStore({
        root: await prepareSharedFolder(place.folder, place.below),
        mustExist: place.folder,
      });
    case "s3": {
      // The AWS client is loaded only by those who use it: it costs memory and start time.
      const { openS3Store } = await import("./asset-store-s3.ts");
      return await openS3Store(place, { scratch: join(dataDir, "assets", "incoming"), logger });
    }
  }
}
