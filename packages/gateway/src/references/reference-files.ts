// What jobs use of the kept reference files: their bytes, and the handles of their uploads.

import type { StoredFile } from "./file-store.ts";
import type { UploadHandle } from "./upload-store.ts";

/** The kept files as a job's steps use them. */
export interface ReferenceFiles {
  get(id: string): Promise<StoredFile | undefined>;
  /**
   * Runs a task with the path of a local file that has the bytes; undefined when they are missing. Throws when the
   * storage fails.
   */
  borrow<T>(
    file: Pick<StoredFile, "sha256">,
    task: (path: string) => Promise<T>,
  ): Promise<{ value: T } | undefined>;
  /** Returns the CRC-32 of bytes that this process received not long ago, in hex; undefined when it must be computed. */
  checksumOf(file: Pick<StoredFile, "sha256">): string | undefined;
  /** Returns the handles that an account (its session's fingerprint) still has, by SHA-256. */
  uploads(account: string, sha256s: string[], now: number): Promise<Map<string, UploadHandle>>;
  addUpload(account: string, sha256: string, handle: UploadHandle, now: number): Promise<void>;
  /** Removes one handle of an account; a newer one of the same bytes stays. */
  removeUpload(account: string, sha256: string, handle: UploadHandle): Promise<void>;
}
