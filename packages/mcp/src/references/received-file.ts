// Keeps a file that a person uploads on the disk while it is passed on to the gateway: it may be larger than memory.

import { createWriteStream, openAsBlob } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const maxBytes = 512 * 1024 * 1024;

/** A file as a browser sends it. */
export interface SentFile {
  body: Readable;
  /** The file's name, percent encoded. */
  name: string;
}

/** Runs work with a received file, and removes the file afterwards. Throws where it is too large. */
export async function withReceivedFile<Result>(
  { body, name }: SentFile,
  work: (file: { blob: Blob; name: string }) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "jimeng-upload-"));
  try {
    const file = path.join(folder, "file");
    await pipeline(body, limited, createWriteStream(file, { mode: 0o600 }));
    return await work({ blob: await openAsBlob(file), name: toName(name) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* limited(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    if (bytes > maxBytes) throw new Error("The file is too large.");
    yield piece;
  }
}

function toName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "upload";
  }
}
