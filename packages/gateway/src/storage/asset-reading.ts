// Reads kept files, with an error for callers when one is missing or damaged or the storage cannot be reached.

import type { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import { StorageFailure } from "./asset-store.ts";
import type { AssetStore, ByteRange, Sink } from "./asset-store.ts";

/** The key of a kept file, and its length. */
export interface KeptFile {
  key: string;
  bytes: number;
}

/** Reads kept files. */
export interface KeptFileReader {
  /** Throws `not_found` when the file is missing or damaged, `connection_failed` when that cannot be learned. */
  check(file: KeptFile): Promise<void>;
  /** Opens a file, whole or in part; throws as `check` does. */
  open(file: KeptFile, range?: ByteRange, sink?: Sink): Promise<Readable>;
}

/** Turns a failure of the storage into an error for callers; only the log says why it failed. */
export function toUnreachable(cause: StorageFailure): JimengError {
  return new JimengError("connection_failed", "The storage of the files cannot be reached.", {
    fix: "Try again in a moment: what is stored is kept, and the gateway's log names the reason.",
    cause,
  });
}

/** Makes the reader of result files or of reference files. */
export function createKeptFileReader(options: {
  store: AssetStore;
  what: "asset" | "file";
  /** Receives the reason when the storage could not be read. */
  logger: Pick<Logger, "warn">;
}): KeptFileReader {
  const { store, what, logger } = options;

  async function read<Value>(reading: Promise<Value>): Promise<Value> {
    try {
      return await reading;
    } catch (cause) {
      if (!(cause instanceof StorageFailure)) throw cause;
      logger.warn({ reason: cause.message }, "Failed to read a stored file.");
      throw toUnreachable(cause);
    }
  }

  function missingOrDamaged(bytes: number | undefined): JimengError {
    const state = bytes === undefined ? "missing" : "damaged: its length is wrong";
    return new JimengError("not_found", `The stored file is ${state}.`, {
      what,
      fix: "Restore the stored files from a backup, or make or send the file again.",
    });
  }

  return {
    async check({ key, bytes }) {
      const found = await read(store.size(key));
      if (found !== bytes) throw missingOrDamaged(found);
    },
    async open({ key, bytes }, range, sink) {
      const opened = await read(store.open(key, range, sink));
      if (opened?.bytes === bytes) return opened.stream;
      opened?.stream.destroy();
      throw missingOrDamaged(opened?.bytes);
    },
  };
}
