// Receives a reference file: streams it to a temporary file, hashes it, and inspects what it is.

import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import { brokenOff, unsupportedFormat, unusable } from "./errors.ts";
import { createInspection, kindOf, magicBytes } from "./inspect.ts";
import type { MediaLimits, ReferenceKind, ReferenceMedia } from "./inspect.ts";
import { bytesPerMegabyte, limitOf, tooLarge } from "./upload-limits.ts";
import type { UploadMegabytes } from "./upload-limits.ts";
import { mkdirPrivate, openPrivate } from "../private-files.ts";
import type { Disk } from "../storage/disk.ts";
import { formatOf } from "../storage/inspection/formats.ts";

/** A file in the folder `incoming`, until it is kept or discarded. */
export interface ReceivedFile extends ReferenceMedia {
  /** The path of the temporary file. */
  path: string;
  sha256: string;
  /** The CRC-32 in eight hex digits, which the upstream wants with the bytes. */
  crc32: string;
  bytes: number;
  /** The name that the sender gave; empty when there is none. */
  name: string;
  /** The type that the sender declared. */
  declaredType: string | null;
}

/** The name and type that the sender gave. */
export type Declared = Pick<ReceivedFile, "name" | "declaredType">;

/**
 * Streams bytes to a temporary file and inspects it. Throws `storage_unavailable` before anything is written when the
 * disk has no room, `payload_too_large` (reason `too_large`) as soon as the limit of its kind is passed, and
 * `reference_unusable` (reason `empty`, `unsupported_type`, `truncated`, `too_many_pixels`, `too_long`, or `broken_off`
 * when the sender stops early). The signal stops the inspection when the sender is gone.
 */
export type ReceiveFile = (
  source: AsyncIterable<Uint8Array>,
  declared: Declared,
  signal?: AbortSignal,
) => Promise<ReceivedFile>;

/** What the receiver of files allows. */
export interface ReceivingLimits {
  /** The disk that files are received on; without it there is always room. */
  disk?: Pick<Disk, "assertRoom">;
  uploadMegabytes: UploadMegabytes;
  referenceLimits: MediaLimits;
}

/** Makes the receiver of files into the folder `incoming`. */
export function createFileReceiver(incoming: string, limits: ReceivingLimits): ReceiveFile {
  const { uploadMegabytes, disk } = limits;
  const inspect = createInspection(limits.referenceLimits);
  return async (source, declared, signal) => {
    await disk?.assertRoom();
    await mkdirPrivate(incoming);
    const path = join(incoming, randomUUID());
    try {
      const file = await openPrivate(path, "wx");
      try {
        if (isLines(declared)) {
          const written = await writeLines(file, source);
          await file.sync();
          return { ...linesMedia, ...written, path, ...declared };
        }
        const written = await writeBatches(file, source, uploadMegabytes);
        // The disk takes its time for what is in memory already: the file can be read meanwhile.
        const synced = file.sync();
        synced.catch(() => undefined);
        const media = await inspect(path, signal);
        // The first bytes cannot tell a sound from a video in every file.
        const kind = media.kind === "text" ? undefined : media.kind;
        if (written.bytes > limitOf(uploadMegabytes, kind)) throw tooLarge(uploadMegabytes, kind);
        await synced;
        return { ...media, ...written, path, ...declared };
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };
}

// A chunk of a request has 64 kB at most, and each write is a trip to another thread: this many bytes make one trip.
const batchBytes = 512 * 1024;
const crc32Digits = 8;

/** Writes the bytes and returns what is known of them. The limit is known once the first bytes have told the kind. */
async function writeBatches(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  uploadMegabytes: UploadMegabytes,
): Promise<WrittenBytes> {
  let head = Buffer.alloc(0);
  let kind: ReferenceKind | undefined;
  return await write(file, source, (chunk, bytes) => {
    if (head.length < magicBytes) {
      head = Buffer.concat([head, chunk]).subarray(0, magicBytes);
      if (head.length === magicBytes) kind = kindFrom(head);
    }
    if (bytes > limitOf(uploadMegabytes, kind)) throw tooLarge(uploadMegabytes, kind);
  });
}

type WrittenBytes = Pick<ReceivedFile, "bytes" | "sha256" | "crc32">;

const linesMedia = {
  kind: "text",
  contentType: "application/jsonl",
  width: null,
  height: null,
  durationMs: null,
} as const;
const lineTypes: ReadonlySet<string> = new Set([
  "application/jsonl",
  "application/x-jsonlines",
  "application/x-ndjson",
]);
const lineEnding = /\.(jsonl|ndjson)$/i;
// As much as OpenAI takes for a batch.
const maxLinesMegabytes = 200;

/** Tells whether a file is said to hold the lines of a batch; every other one must be a picture, video or sound. */
function isLines({ name, declaredType }: Declared): boolean {
  const type = declaredType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return lineEnding.test(name) || lineTypes.has(type);
}

/** Writes the lines of a batch, which are read when they are used. */
async function writeLines(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
): Promise<WrittenBytes> {
  const written = await write(file, source, (_chunk, bytes) => {
    if (bytes > maxLinesMegabytes * bytesPerMegabyte) {
      throw new ServiceError(
        "payload_too_large",
        `The file is larger than ${maxLinesMegabytes} MB.`,
        { param: "file", charged: "no", fix: "Send its lines to POST /v1/jobs/batch." },
      );
    }
  });
  if (written.bytes === 0) throw unusable("empty", "The file is empty.");
  return written;
}

/** Writes the bytes; `check` sees each chunk with the number of bytes so far. */
async function write(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  check: (chunk: Uint8Array, bytes: number) => void,
): Promise<WrittenBytes> {
  const hash = createHash("sha256");
  const batches = new BatchWriter(file);
  let checksum = 0;
  let bytes = 0;
  for await (const chunk of withNamedFailure(source)) {
    bytes += chunk.byteLength;
    check(chunk, bytes);
    hash.update(chunk);
    checksum = crc32(chunk, checksum);
    await batches.add(chunk);
  }
  await batches.end();
  const digits = checksum.toString(16).padStart(crc32Digits, "0");
  return { bytes, sha256: hash.digest("hex"), crc32: digits };
}

/** Writes to a file in batches: one is filled while the one before it is written. */
class BatchWriter {
  readonly #file: FileHandle;
  #filling = Buffer.allocUnsafeSlow(batchBytes);
  #spare = Buffer.allocUnsafeSlow(batchBytes);
  #used = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Takes a chunk, which may be used for something else afterwards. Throws what the write of an earlier batch threw. */
  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength;) {
      const part = chunk.subarray(at, at + batchBytes - this.#used);
      this.#filling.set(part, this.#used);
      this.#used += part.byteLength;
      at += part.byteLength;
      if (this.#used === batchBytes) await this.#writeBatch();
    }
  }

  /** Writes the rest. */
  async end(): Promise<void> {
    await this.#writeBatch();
    await this.#writing;
  }

  async #writeBatch(): Promise<void> {
    await this.#writing;
    const batch = this.#filling.subarray(0, this.#used);
    this.#writing = this.#file.writeFile(batch);
    // It is thrown where it is waited for, with the next batch or at the end.
    this.#writing.catch(() => undefined);
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#used = 0;
  }
}

function kindFrom(head: Uint8Array): ReferenceKind {
  const kind = kindOf(head);
  if (kind === undefined) throw unsupportedFormat(formatOf(head));
  return kind;
}

/** Yields the sender's bytes. Its own errors pass unchanged; a broken connection becomes `broken_off`. */
async function* withNamedFailure(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    if (JimengError.isInstance(cause)) throw cause;
    throw brokenOff(cause);
  }
}
