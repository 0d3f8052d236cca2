// The reference files: how one is received without sitting in memory, kept under its SHA-256, and let go.

import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";
import { v7 as uuidV7 } from "uuid";

import { createKeptFileReader, toUnreachable } from "../storage/asset-reading.ts";
import { StorageFailure } from "../storage/asset-store.ts";
import type { AssetStore, ByteRange } from "../storage/asset-store.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createFileStore } from "./file-store.ts";
import type { FileFilter, StoredFile } from "./file-store.ts";
import type { Clock, Timer } from "../clock.ts";
import type { ReferenceFiles } from "./reference-files.ts";
import { formatOf } from "../storage/inspection/formats.ts";
import { emptyIncoming } from "../storage/temp-file-cleanup.ts";
import { closeFolder, mkdirPrivate, openPrivate } from "../private-files.ts";
import { bytesPerMegabyte, tooLarge, unsupportedFormat, unusable } from "./errors.ts";
import { createInspection, kindOf, magicBytes } from "./inspect.ts";
import type { ReferenceKind, ReferenceMedia } from "./inspect.ts";

/** A file that lies in `incoming` until it is kept or discarded. */
export interface ReceivedFile extends ReferenceMedia {
  /** The temporary file. */
  path: string;
  sha256: string;
  bytes: number;
  /** What the sender calls it; empty when it has no name. */
  name: string;
  /** What the sender says it is. */
  declaredType: string | null;
}

/** What the sender says of a file. */
export type Declared = Pick<ReceivedFile, "name" | "declaredType">;

/** Says whose a kept file is, and for how long. */
export interface KeepOptions {
  keyId: string | null;
  purpose: string;
  /** Unix milliseconds; null keeps it until it is deleted. */
  expiresAt: number | null;
}

/** Keeps reference files. */
export interface Files extends ReferenceFiles {
  /** Empties `incoming`, removes what expired, and goes on doing so hourly until `close`. */
  start(): Promise<void>;
  /**
   * Streams bytes to a temporary file and inspects it. Throws `payload_too_large` (reason `too_large`) as soon as
   * the limit of its kind is passed, `reference_unusable` (reason `empty`, `unsupported_type`, `truncated`,
   * `broken_off` when the sender goes).
   */
  receive(
    source: AsyncIterable<Uint8Array>,
    declared: Declared,
    /** Stops reading and inspecting when the sender is gone. */
    signal?: AbortSignal,
  ): Promise<ReceivedFile>;
  /** Gives a received file its final place and id, durably; the temporary file is gone. */
  keep(file: ReceivedFile, options: KeepOptions): Promise<StoredFile>;
  /** Throws `not_found` when a kept file's bytes are gone, `connection_failed` when that cannot be learned. */
  check(file: StoredFile): Promise<void>;
  /** Opens a kept file, whole or in part; throws as `check` does. */
  open(file: StoredFile, range?: ByteRange): Promise<Readable>;
  /** Removes a received file that is not kept. */
  discard(file: ReceivedFile): Promise<void>;
  list(filter: FileFilter): Promise<{ files: StoredFile[]; hasMore: boolean }>;
  /** Removes a file's row, and its bytes when no other row has them. False when an unfinished job needs it. */
  remove(id: string): Promise<boolean>;
  close(): void;
}

/** What the files are made of. */
export interface FilesOptions {
  database: GatewayDatabase;
  /** The place of the bytes. */
  store: AssetStore;
  /** The folder of this node where bytes are received. */
  dataDir: string;
  /** Tells that other nodes may be writing into the same data folder; default false. */
  sharesDataDir?: boolean;
  /** Told why the place of the bytes fails. */
  logger: Pick<Logger, "warn">;
  clock: Clock;
  /** The largest picture in MB (JIMENG_MAX_UPLOAD_MB); a video or sound may have twice that. */
  maxUploadMegabytes: number;
  /** Told when the hourly removal fails; it is tried again an hour later. */
  onSweepFailure?: (error: unknown) => void;
}

/** How long a reference that came with a generation is kept: long enough to look at and repeat the job. */
export const referenceLifetimeMs = 7 * 24 * 3600 * 1000;

const sweepEveryMs = 3600 * 1000;
const prefixDigits = 2;
const otherKindsFactor = 2;

/** Gives the largest allowed file of a kind, in bytes. */
export function limitOf(kind: ReferenceKind, maxUploadMegabytes: number): number {
  const pictures = maxUploadMegabytes * bytesPerMegabyte;
  return kind === "image" ? pictures : otherKindsFactor * pictures;
}

/** Makes the keeper of reference files, under the keys `files/<two digits>/<SHA-256>`. */
export function createFiles(options: FilesOptions): Files {
  const { clock, maxUploadMegabytes, logger } = options;
  const incoming = join(options.dataDir, "files", "incoming");
  const bytesStore = options.store;
  const store = createFileStore(options.database);
  const reader = createKeptFileReader({ store: bytesStore, what: "file", logger });
  const toKept = ({ sha256, bytes }: StoredFile) => ({ key: keyOf(sha256), bytes });
  // Keeping and removing the same bytes must not overlap. Two nodes are not kept apart: one that removes the last
  // row of some bytes just while another keeps the same bytes leaves a file whose next use says that it is gone.
  const turns = new Turns();
  const inspect = createInspection();
  let timer: Timer | undefined;
  let closed = false;

  async function write(
    temporary: string,
    source: AsyncIterable<Uint8Array>,
  ): Promise<{ bytes: number; sha256: string }> {
    const hash = createHash("sha256");
    const file = await openPrivate(temporary, "wx");
    try {
      let bytes = 0;
      let head = Buffer.alloc(0);
      let limit = limitOf("video", maxUploadMegabytes);
      for await (const chunk of sent(source)) {
        if (head.length < magicBytes) {
          head = Buffer.concat([head, chunk]).subarray(0, magicBytes);
          if (head.length === magicBytes) limit = limitFor(head);
        }
        bytes += chunk.byteLength;
        if (bytes > limit) throw tooLarge(limit);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
      return { bytes, sha256: hash.digest("hex") };
    } finally {
      await file.close();
    }
  }

  function limitFor(head: Uint8Array): number {
    const kind = kindOf(head);
    if (kind !== undefined) return limitOf(kind, maxUploadMegabytes);
    throw unsupportedFormat(formatOf(head));
  }

  async function put(key: string, file: ReceivedFile): Promise<void> {
    try {
      await bytesStore.put(key, file);
    } catch (cause) {
      if (!(cause instanceof StorageFailure)) throw cause;
      logger.warn({ reason: cause.message }, "A reference could not be kept.");
      throw toUnreachable(cause);
    }
  }

  async function removeRow({ id, sha256 }: Pick<StoredFile, "id" | "sha256">): Promise<void> {
    await turns.run(sha256, async () => {
      if (await store.remove(id)) await bytesStore.remove([keyOf(sha256)]);
    });
  }

  /** Removes what expired, row by row: one that cannot be removed must not keep the others. Never throws. */
  async function sweep(): Promise<void> {
    const report = (error: unknown): void => options.onSweepFailure?.(error);
    await store.forgetUploads(clock.now()).catch(report);
    const expired = await store.expired(clock.now()).catch((error: unknown) => {
      report(error);
      return [];
    });
    for (const file of expired) await removeRow(file).catch(report);
  }

  function sweepLater(): void {
    if (closed) return;
    timer = clock.setTimer(() => {
      void sweep().finally(sweepLater);
    }, sweepEveryMs);
  }

  return {
    async start() {
      await closeFolder(join(options.dataDir, "files"));
      await emptyIncoming(incoming, options.sharesDataDir ? "shared" : "alone");
      await sweep();
      sweepLater();
    },

    async receive(source, declared, signal) {
      await mkdirPrivate(incoming);
      const temporary = join(incoming, randomUUID());
      try {
        const written = await write(temporary, source);
        const media = await inspect(temporary, signal);
        return { ...media, ...written, path: temporary, ...declared };
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },

    keep: (received, { keyId, purpose, expiresAt }) =>
      turns.run(received.sha256, async () => {
        const { path, declaredType: _declaredType, ...facts } = received;
        await put(keyOf(facts.sha256), received);
        await rm(path, { force: true });
        const createdAt = clock.now();
        const told = { name: toShownText(facts.name), purpose: toShownText(purpose) };
        const file = { ...facts, ...told, id: `file_${uuidV7()}`, keyId, createdAt, expiresAt };
        await store.add(file);
        return file;
      }),

    discard: ({ path }) => rm(path, { force: true }),
    get: (id) => store.get(id),
    uploads: store.uploads,
    addUpload: store.addUpload,
    list: (filter) => store.list(filter),

    async remove(id) {
      const file = await store.get(id);
      if (file === undefined) return true;
      if ((await store.inUse()).has(id)) return false;
      await removeRow(file);
      return true;
    },

    check: (file) => reader.check(toKept(file)),
    open: (file, range) => reader.open(toKept(file), range),
    borrow: (file, task) => bytesStore.borrow(keyOf(file.sha256), task),
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

/** Yields what the sender sends; its own failures stay, a broken connection is named as such. */
async function* sent(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    if (JimengError.isInstance(cause)) throw cause;
    throw unusable("broken_off", "The file ended before all of it was there.", cause);
  }
}

const longestShown = 255;

/** Leaves out what no name needs and a database or terminal may not take: control and direction characters. */
function toShownText(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "").slice(0, longestShown);
}

const digestPattern = /^[0-9a-f]{64}$/;
// Nothing ever lies there: a row that holds something else than a digest names no file of ours.
const absentKey = "files/00/absent";

function keyOf(sha256: string): string {
  if (!digestPattern.test(sha256)) return absentKey;
  return `files/${sha256.slice(0, prefixDigits)}/${sha256}`;
}

/** Runs tasks of the same bytes one after the other. */
class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(sha256: string, task: () => Promise<T>): Promise<T> {
    const result = (this.#last.get(sha256) ?? Promise.resolve()).then(task);
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(sha256) === settled) this.#last.delete(sha256);
      });
    this.#last.set(sha256, settled);
    return result;
  }
}
