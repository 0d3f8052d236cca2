// The interface to the storage of files: a folder or S3-compatible storage.

import type { Readable } from "node:stream";

/** A part of a file; both ends are included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A file on the local disk that is to be kept; it is synced already. */
export interface LocalFile {
  path: string;
  bytes: number;
  contentType: string;
  /** True for a file that stays where it is; default false: it is moved. */
  stays?: boolean;
}

/** Where a file's stream is written to: a response. */
export interface Sink {
  /** Number of bytes that it was given and has not passed on yet. */
  readonly writableLength: number;
}

/** A kept file being read. */
export interface OpenedFile {
  /** The length of the whole file, whatever part is read. */
  bytes: number;
  stream: Readable;
  /** The MD5 of the whole file in hexadecimal digits, where the storage tells what may be one. */
  md5?: string;
}

/**
 * Keeps files under keys. The bytes under a key never change. Failures of the storage itself are `StorageFailure`s,
 * never JimengErrors: a step that meets one is tried again, as with a full disk, and the upstream or the account is
 * never blamed.
 */
export interface AssetStore {
  /** Keeps a local file durably: afterwards it survives the loss of this node, and the local file is gone unless it stays. */
  put(key: string, file: LocalFile, signal?: AbortSignal): Promise<void>;
  /** Returns a file's length; undefined when there is no such file. */
  size(key: string): Promise<number | undefined>;
  /**
   * Opens a file, whole or in part; undefined when there is no such file. With a sink, the stream may be piped into that
   * alone, and no piece of it kept: its buffers are used again.
   */
  open(key: string, range?: ByteRange, sink?: Sink): Promise<OpenedFile | undefined>;
  /** Runs a task with the path of a local file that has the bytes; undefined when there is no such file. */
  borrow<T>(key: string, task: (path: string) => Promise<T>): Promise<{ value: T } | undefined>;
  /** Removes files; a missing one is not an error. */
  remove(keys: string[]): Promise<void>;
  /** Throws a `StorageFailure` while the storage cannot be reached; a cheap check. */
  check(): Promise<void>;
  close(): void;
}

/** Thrown when the storage of files fails. The message never contains credentials, URLs or a server's answers. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure";
}
