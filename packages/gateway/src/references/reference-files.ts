// What the jobs need of the kept reference files: their bytes, and the handles of their uploads.

import type { StoredFile, UploadHandle } from "./file-store.ts";

/** The kept files as a job's steps use them. */
export interface ReferenceFiles {
  get(id: string): Promise<StoredFile | undefined>;
  /** Lends a task a local file with the bytes; undefined when they are gone. Throws when their place fails. */
  borrow<T>(
    file: Pick<StoredFile, "sha256">,
    task: (path: string) => Promise<T>,
  ): Promise<{ value: T } | undefined>;
  /** Returns the handles that an account (its session's fingerprint) still has, by SHA-256. */
  uploads(account: string, sha256s: string[], now: number): Promise<Map<string, UploadHandle>>;
  addUpload(account: string, sha256: string, handle: UploadHandle, now: number): Promise<void>;
}
