// Receives a reference file: streams it to a temporary file, hashes it, and inspects what it is.

import { createHash, randomUUID } from "node:crypto";
import type { Hash } from "node:crypto";
import { rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { brokenOff, unsupportedFormat } from "./errors.ts";
import { createInspection, kindOf, magicBytes } from "./inspect.ts";
import type { MediaLimits, ReferenceKind, ReferenceMedia } from "./inspect.ts";
import { limitOf, tooLarge } from "./upload-limits.ts";
import type { UploadMegabytes } from "./upload-limits.ts";
import { mkdirPrivate, openPrivate } from "../private-files.ts";
import type { Disk } from "../storage/disk.ts";
import { formatOf } from "../storage/inspection/formats.ts";

/** A file in the folder `incoming`, until it is kept or discarded. */
export interface ReceivedFile extends ReferenceMedia {
  /** The path of the temporary file. */
  path: string;
  sha256: string;
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
      const written = await writeTemporary(path, source, uploadMegabytes);
      const media = await inspect(path, signal);
      // The first bytes cannot tell a sound from a video in every file.
      if (written.bytes > limitOf(uploadMegabytes, media.kind)) {
        throw tooLarge(uploadMegabytes, media.kind);
      }
      return { ...media, ...written, path, ...declared };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };
}

async function writeTemporary(
  path: string,
  source: AsyncIterable<Uint8Array>,
  uploadMegabytes: UploadMegabytes,
): Promise<{ bytes: number; sha256: string }> {
  const file = await openPrivate(path, "wx");
  try {
    const hash = createHash("sha256");
    const bytes = await copyWithinLimit(source, file, hash, uploadMegabytes);
    await file.sync();
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

/** Copies the bytes and returns their number. The limit is known once the first bytes have told the kind. */
async function copyWithinLimit(
  source: AsyncIterable<Uint8Array>,
  file: FileHandle,
  hash: Hash,
  uploadMegabytes: UploadMegabytes,
): Promise<number> {
  let bytes = 0;
  let head = Buffer.alloc(0);
  let kind: ReferenceKind | undefined;
  for await (const chunk of withNamedFailure(source)) {
    if (head.length < magicBytes) {
      head = Buffer.concat([head, chunk]).subarray(0, magicBytes);
      if (head.length === magicBytes) kind = kindFrom(head);
    }
    bytes += chunk.byteLength;
    if (bytes > limitOf(uploadMegabytes, kind)) throw tooLarge(uploadMegabytes, kind);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return bytes;
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
