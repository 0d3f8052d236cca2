// The reference files: receives them, keeps them under their SHA-256, reads them, and removes them.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

import type { Logger } from "@jimeng/sdk";
import { v7 as uuidV7 } from "uuid";

import { createFileExpiry } from "./expiry.ts";
import { createFileStore } from "./file-store.ts";
import type { FileFilter, StoredFile } from "./file-store.ts";
import { createFileReceiver } from "./receive-file.ts";
import type { ReceiveFile, ReceivedFile, ReceivingLimits } from "./receive-file.ts";
import type { ReferenceFiles } from "./reference-files.ts";
import { createUploadStore } from "./upload-store.ts";
import type { Clock } from "../clock.ts";
import { createKeyLock } from "../concurrency.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { closeFolder } from "../private-files.ts";
import { createKeptFileReader, toUnreachable } from "../storage/asset-reading.ts";
import { StorageFailure } from "../storage/asset-store.ts";
import { toDiskProblem, toStorageUnavailable } from "../storage/disk-problem.ts";
import type { AssetStore, ByteRange } from "../storage/asset-store.ts";
import { emptyIncoming } from "../storage/temp-file-cleanup.ts";

/** The owner and lifetime of a kept file. */
export interface KeepOptions {
  keyId: string | null;
  purpose: string;
  /** Unix milliseconds; null keeps it until it is deleted. */
  expiresAt: number | null;
}

/** Keeps reference files. */
export interface Files extends ReferenceFiles {
  /** Empties `incoming`, removes what has expired, and repeats that every hour until `close`. */
  start(): Promise<void>;
  receive: ReceiveFile;
  /** Stores a received file durably and returns its row; the temporary file is removed. */
  keep(file: ReceivedFile, options: KeepOptions): Promise<StoredFile>;
  /** Throws `not_found` when a kept file's bytes are missing, `connection_failed` when that cannot be learned. */
  check(file: StoredFile): Promise<void>;
  /** Opens a kept file, whole or in part; throws as `check` does. */
  open(file: StoredFile, range?: ByteRange): Promise<Readable>;
  /** Removes a received file that is not kept. */
  discard(file: ReceivedFile): Promise<void>;
  list(filter: FileFilter): Promise<{ files: StoredFile[]; hasMore: boolean }>;
  /** Removes a file's row, and its bytes when no other row has them. Returns false when an unfinished job needs it. */
  remove(id: string): Promise<boolean>;
  close(): void;
}

/** What the reference files need. */
export interface FilesOptions extends ReceivingLimits {
  database: GatewayDatabase;
  /** Where the bytes are kept. */
  store: AssetStore;
  /** The folder of this node in which files are received. */
  dataDir: string;
  /** Whether other nodes may be writing into the same data folder; default false. */
  sharesDataDir?: boolean;
  /** Receives the reason when the bytes cannot be stored or read. */
  logger: Pick<Logger, "warn">;
  clock: Clock;
  /** Receives the error of an hourly removal that failed; it is tried again an hour later. */
  onSweepFailure?: (error: unknown) => void;
}

const mostChecksums = 1000;

/** How long a reference that came with a generation is kept: long enough to look at the job and repeat it. */
export const referenceLifetimeMs = 7 * 24 * 3600 * 1000;

/** Makes the keeper of reference files; their keys are `files/<two digits>/<SHA-256>`. */
export function createFiles(options: FilesOptions): Files {
  const { database, store: bytesStore, clock, logger } = options;
  const filesFolder = join(options.dataDir, "files");
  const incoming = join(filesFolder, "incoming");
  const store = createFileStore(database);
  const uploads = createUploadStore(database);
  const reader = createKeptFileReader({ store: bytesStore, what: "file", logger });
  const toKept = ({ sha256, bytes }: StoredFile) => ({ key: fileKey(sha256), bytes });
  // Keeping and removing the same bytes must not overlap. Two nodes do not share this lock: when one removes the last
  // row of some bytes just while the other keeps the same bytes, the next use of that file says that it is missing.
  const withLock = createKeyLock();
  // Most files are uploaded right after they came: their checksums are kept for that.
  const checksums = new Map<string, string>();

  function noteChecksum({ sha256, crc32 }: ReceivedFile): void {
    checksums.delete(sha256);
    checksums.set(sha256, crc32);
    const oldest = checksums.size > mostChecksums ? checksums.keys().next().value : undefined;
    if (oldest !== undefined) checksums.delete(oldest);
  }

  async function put(key: string, file: ReceivedFile): Promise<void> {
    try {
      await bytesStore.put(key, file);
    } catch (cause) {
      if (!(cause instanceof StorageFailure)) throw cause;
      logger.warn({ reason: cause.message }, "Failed to store a reference file.");
      const problem = toDiskProblem(cause);
      throw problem === undefined ? toUnreachable(cause) : toStorageUnavailable(problem, { cause });
    }
  }

  async function removeRow({ id, sha256 }: Pick<StoredFile, "id" | "sha256">): Promise<void> {
    await withLock(sha256, async () => {
      if (await store.remove(id)) await bytesStore.remove([fileKey(sha256)]);
    });
  }

  const onFailure = options.onSweepFailure;
  const expiry = createFileExpiry({ files: store, uploads, remove: removeRow, clock, onFailure });

  return {
    async start() {
      await closeFolder(filesFolder);
      await emptyIncoming(incoming, options.sharesDataDir ? "shared" : "alone");
      await expiry.start();
    },

    receive: createFileReceiver(incoming, options),

    keep: (received, keep) =>
      withLock(received.sha256, async () => {
        await put(fileKey(received.sha256), received);
        await rm(received.path, { force: true });
        const file = toStoredFile(received, keep, clock.now());
        await store.add(file);
        noteChecksum(received);
        return file;
      }),

    async remove(id) {
      const file = await store.get(id);
      if (file === undefined) return true;
      if ((await store.inUse()).has(id)) return false;
      await removeRow(file);
      return true;
    },

    discard: ({ path }) => rm(path, { force: true }),
    get: (id) => store.get(id),
    uploads: (account, sha256s, now) => uploads.uploads(account, sha256s, now),
    addUpload: (account, sha256, handle, now) => uploads.addUpload(account, sha256, handle, now),
    removeUpload: (account, sha256, handle) => uploads.removeUpload(account, sha256, handle),
    list: (filter) => store.list(filter),
    check: (file) => reader.check(toKept(file)),
    open: (file, range) => reader.open(toKept(file), range),
    checksumOf: ({ sha256 }) => checksums.get(sha256),
    borrow: (file, task) => bytesStore.borrow(fileKey(file.sha256), task),
    close: () => expiry.close(),
  };
}

function toStoredFile(
  { path: _path, declaredType: _declaredType, crc32: _crc32, ...facts }: ReceivedFile,
  { keyId, purpose, expiresAt }: KeepOptions,
  createdAt: number,
): StoredFile {
  return {
    ...facts,
    id: `file_${uuidV7()}`,
    name: toShownText(facts.name),
    purpose: toShownText(purpose),
    keyId,
    createdAt,
    expiresAt,
  };
}

const maxShownLength = 255;

/** Removes control and direction characters, which a database or terminal may not take, and cuts long texts. */
function toShownText(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "").slice(0, maxShownLength);
}

const digestPattern = /^[0-9a-f]{64}$/;
// No file is ever kept here: a row without a valid digest belongs to no file of ours.
const absentKey = "files/00/absent";
const prefixDigits = 2;

/** Returns the key of a reference file. */
export function fileKey(sha256: string): string {
  if (!digestPattern.test(sha256)) return absentKey;
  return `files/${sha256.slice(0, prefixDigits)}/${sha256}`;
}
