// Removes expired reference files and upload handles, once at the start and then every hour.

import type { FileStore, StoredFile } from "./file-store.ts";
import type { UploadStore } from "./upload-store.ts";
import type { Clock, Timer } from "../clock.ts";

/** Removes what has expired. */
export interface FileExpiry {
  /** Removes what has expired and repeats it every hour until `close`. */
  start(): Promise<void>;
  close(): void;
}

/** What the removal needs. */
export interface FileExpiryOptions {
  files: Pick<FileStore, "expired">;
  uploads: Pick<UploadStore, "removeExpired">;
  /** Removes a file's row, and its bytes where no other row has them. */
  remove: (file: Pick<StoredFile, "id" | "sha256">) => Promise<void>;
  clock: Clock;
  /** Receives the error of a removal that failed; it is tried again an hour later. */
  onFailure?: (error: unknown) => void;
}

const intervalMs = 3600 * 1000;

/** Makes the removal; it does nothing before `start`. */
export function createFileExpiry(options: FileExpiryOptions): FileExpiry {
  const { files, uploads, remove, clock } = options;
  let timer: Timer | undefined;
  let isClosed = false;

  /** Removes the files one by one: one that cannot be removed does not stop the others. Never throws. */
  async function removeExpired(): Promise<void> {
    const report = (error: unknown): void => options.onFailure?.(error);
    await uploads.removeExpired(clock.now()).catch(report);
    const expired = await files.expired(clock.now()).catch((error: unknown) => {
      report(error);
      return [];
    });
    for (const file of expired) await remove(file).catch(report);
  }

  function schedule(): void {
    if (isClosed) return;
    timer = clock.setTimer(() => {
      void removeExpired().finally(schedule);
    }, intervalMs);
  }

  return {
    async start() {
      await removeExpired();
      schedule();
    },
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}
