// Opens the storage of files that ASSETS_URL names.

import { join } from "node:path";

import type { Logger } from "pino";

import { openFolderStore, prepareSharedFolder } from "./asset-store-folder.ts";
import type { AssetStore } from "./asset-store.ts";
import type { AssetsPlace } from "../config/assets.ts";

/** Where files are kept. */
export interface StoreOptions {
  place: AssetsPlace;
  dataDir: string;
  /** Receives a warning when the storage cannot be reached at the start. */
  logger: Pick<Logger, "warn">;
  /** True to read only, as a backup does: it needs no right to write. Default false. */
  isReadOnly?: boolean;
}

/**
 * Opens the storage of files and checks that it can be written. Throws `invalid_request` (param ASSETS_URL) in one
 * line when the setting is wrong. A storage that is only down at the moment is no error: jobs wait for it.
 */
export async function openAssetStore({
  place,
  dataDir,
  logger,
  isReadOnly = false,
}: StoreOptions): Promise<AssetStore> {
  switch (place.kind) {
    case "data-folder":
      return openFolderStore({ root: dataDir });
    case "shared-folder":
      return openFolderStore({
        root: await prepareSharedFolder(place.folder, place.below, isReadOnly),
        mustExist: place.folder,
      });
    case "s3": {
      // Loaded only where it is used: the AWS client costs memory and start time.
      const { openS3Store } = await import("./asset-store-s3.ts");
      return await openS3Store(place, {
        scratch: join(dataDir, "assets", "incoming"),
        logger,
        isReadOnly,
      });
    }
  }
}
