// Sends a picture with what it was made from written into the file; the stored file stays as it is.

import { createHash } from "node:crypto";
import { Readable } from "node:stream";

import type { PictureFormat } from "../../api/words/picture-formats.ts";
import { invalid } from "../../shapes/body-fields.ts";
import type { ByteRange } from "../../storage/asset-store.ts";
import { embedXmp, spliceHeadBytes } from "../../storage/conversions/xmp.ts";
import type { Spliced } from "../../storage/conversions/xmp.ts";
import type { FileSource, SendableFile } from "../send-file.ts";

/** A file with its packet, and the source that both are read from. */
export interface WithMetadata {
  file: SendableFile;
  source: FileSource<SendableFile>;
}

const tagDigits = 16;

/** Adds an XMP packet to a file. Throws `invalid_request` (param metadata) where it has no room for it. */
export async function withMetadata<File extends SendableFile>(
  file: File,
  source: FileSource<File>,
  { format, xmp }: { format: PictureFormat; xmp: string },
): Promise<WithMetadata> {
  const end = Math.min(spliceHeadBytes, file.bytes) - 1;
  const start = await bytesOf(await source.open(file, { start: 0, end }));
  const spliced = embedXmp(format, start, file.bytes, xmp);
  if (spliced === undefined) {
    throw invalid(
      "metadata",
      "The file takes no metadata: it is damaged, or the prompt is too long for a JPEG.",
      "Ask for format=png, or for GET /v1/assets/{id}/metadata.",
    );
  }
  const { head, from, tail } = spliced;
  const digest = createHash("sha256").update(xmp).digest("hex").slice(0, tagDigits);
  const etag = file.etag ?? `"${file.id}"`;
  return {
    file: {
      id: file.id,
      contentType: file.contentType,
      bytes: head.length + (file.bytes - from) + tail.length,
      etag: `${etag.slice(0, -1)}.${digest}"`,
      // What a job cost is told later: the same address then gives other bytes.
      mayChange: true,
    },
    source: {
      check: () => source.check(file),
      open: (_file, range) => Promise.resolve(Readable.from(read(file, source, spliced, range))),
    },
  };
}

/** Yields the asked part of head, file and tail. */
async function* read<File extends SendableFile>(
  file: File,
  source: FileSource<File>,
  { head, from, tail }: Spliced,
  range: ByteRange | undefined,
): AsyncGenerator<Buffer> {
  const middleEnd = head.length + (file.bytes - from);
  const { start, end } = range ?? { start: 0, end: middleEnd + tail.length - 1 };
  if (start < head.length) yield head.subarray(start, end + 1);
  const first = Math.max(start, head.length);
  const last = Math.min(end, middleEnd - 1);
  if (first <= last) {
    const shift = from - head.length;
    yield* await source.open(file, { start: first + shift, end: last + shift });
  }
  if (end >= middleEnd) yield tail.subarray(Math.max(0, start - middleEnd), end + 1 - middleEnd);
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
