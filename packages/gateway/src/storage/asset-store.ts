// The seam to where stored files lie: a folder or S3-compatible storage.

import type { Readable } from "node:stream";

/** A part of a file; both ends are included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A file on the local disk that shall be kept; it is synced already. */
export interface LocalFile {
  path: string;
  bytes: number;
  contentType: string;
}

/** A kept file being read. */
export interface OpenedFile {
  /** The length of the whole file, whatever part is read. */
  bytes: number;
  stream: Readable;
}

/**
 * Keeps files under keys. A file never changes under its key, except to the same bytes. Failures of the place
 * itself are `StorageFailure`s, never JimengErrors: a step that meets one is tried again like one that met a full
 * disk, and is never the upstream's or an account's fault.
 */
export interface AssetStore {
  /** Keeps a local file durably: when it returns, the file survives the loss of this node. The local one may be gone. */
  put(key: string, file: LocalFile, signal?: AbortSignal): Promise<void>;
  /** Gives a file's length; undefined when there is none. */
  size(key: string): Promise<number | undefined>;
  /** Opens a file, whole or in part; undefined when there is none. */
  open(key: string, range?: ByteRange): Promise<OpenedFile | undefined>;
  /** Gives a task the path of a local file with the bytes, for as long as it runs; undefined when there is none. */
  borrow<T>(key: string, task: (path: string) => Promise<T>): Promise<{ value: T } | undefined>;
  /** Removes files; one that is not there is no error. */
  remove(keys: string[]): Promise<void>;
  /** Throws a `StorageFailure` while the place cannot be reached; costs little. */
  check(): Promise<void>;
  close(): void;
}

/** Thrown when the place of the files fails. Its words hold no credentials, URLs and answers of servers. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure";
}
