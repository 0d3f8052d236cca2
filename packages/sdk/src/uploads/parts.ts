// Sends a large video in parts: each with its own checksum, and again under the same upload id after a cut.

import { JimengError } from "../errors.ts";
import { checksum } from "./bytes.ts";
import type { UploadBytes } from "./bytes.ts";
import { partBytes } from "./options.ts";
import { parseUploadId } from "../wire/uploads/answers.ts";
import type { UploadAddress } from "../wire/uploads/answers.ts";
import type { UploadContent } from "../wire/uploads/upload.ts";

/** One part of a file. */
export interface Part {
  /** Its number, from 1. */
  number: number;
  start: number;
  /** The end of its bytes, which is not included. */
  end: number;
}

/** Returns the parts of a file of this size, in their order. */
export function cutParts(size: number): Part[] {
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => ({
    number: index + 1,
    start: index * partBytes,
    end: Math.min(size, (index + 1) * partBytes),
  }));
}

/** Writes the list of checksums that ends an upload: `1:<crc>,2:<crc>`. */
export function toPartList(checksums: readonly string[]): string {
  return checksums.map((crc32, index) => `${index + 1}:${crc32}`).join(",");
}

/** What sending in parts needs. */
export interface PartsUpload {
  bytes: UploadBytes;
  address: UploadAddress;
  /** Whether the upload did not fail before: then the id of the address is used, and buffers are used again. */
  isFirst: boolean;
  /** Posts content to the address, again after network errors and 5xx, and returns the data of the answer. */
  send: (query: string, content: () => UploadContent) => Promise<unknown>;
}

/**
 * Sends a file part by part, so that a cut costs one part. Throws `upload_failed` when the host refuses the upload id
 * or a part twice: the upload then begins anew with another address.
 */
export async function sendInParts(upload: PartsUpload): Promise<void> {
  const { bytes, isFirst, send } = upload;
  // The id of the address saves a call (multipart-upload.md [S]); once refused, the host makes one.
  const known = isFirst ? upload.address.uploadId : undefined;
  const id = known ?? parseUploadId(await send("?uploadmode=part&phase=init", () => ({ size: 0 })));
  const uploadId = encodeURIComponent(id);
  const checksums: string[] = [];
  for (const { number, start, end } of cutParts(bytes.size)) {
    const part = bytes.part(start, end);
    const crc32 = await checksum(part);
    checksums.push(crc32);
    const sendPart = (reuseBuffers: boolean): Promise<unknown> =>
      send(`?uploadid=${uploadId}&part_number=${number}&phase=transfer`, () => ({
        body: part.body(reuseBuffers),
        size: part.size,
        crc32,
      }));
    await sendPart(isFirst).catch(async (error: unknown) => {
      if (!JimengError.isInstance(error) || error.code !== "upload_failed") throw error;
      // Bytes that changed on their way are refused once; an upload id that is not known is refused again.
      await sendPart(false);
    });
  }
  const body = toPartList(checksums);
  await send(`?uploadmode=part&phase=finish&uploadid=${uploadId}`, () => ({ body, size: 0 }));
}
