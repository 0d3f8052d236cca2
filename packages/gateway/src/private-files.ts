// Making a folder's entries durable.

import { open } from "node:fs/promises";

/** Syncs a folder, so that a rename in it survives power loss. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to sync a folder; NTFS journals the rename itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
