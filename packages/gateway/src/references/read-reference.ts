// Reads one reference from where the caller says it is: a kept file, a stored result, a URL, a data URL or a form.

import type { Dispatcher } from "undici";

import { decodeBase64, headOf, inPieces } from "./data-url.ts";
import { unusable } from "./errors.ts";
import { fetchReference } from "./fetch.ts";
import type { StoredFile } from "./file-store.ts";
import type { Files } from "./files.ts";
import type { ReceivedFile } from "./receive-file.ts";
import { limitOf, tooLarge } from "./upload-limits.ts";
import type { UploadMegabytes } from "./upload-limits.ts";

/** A stored result: by its own id, or by its job's and its number there, from 1. */
export type ResultSource =
  | { from: "asset"; id: string }
  | { from: "job"; id: string; number: number };

/** Where a reference comes from. */
export type ReferenceSource =
  | { from: "file"; id: string }
  | ResultSource
  | { from: "url"; url: string }
  | { from: "data"; text: string }
  | { from: "form"; file: ReceivedFile };

/** The caller for whom references are read. */
export interface GatherOptions {
  keyId: string | null;
  maySee: (keyId: string | null) => boolean;
  /** Opens a stored result; throws `not_found`. */
  openResult: (source: ResultSource) => Promise<{ body: AsyncIterable<Uint8Array>; name: string }>;
  /** Fires when the caller is gone. */
  signal: AbortSignal;
}

/** A reference that was read: a file that is kept already, or a received one. */
export type ReadReference = { received: ReceivedFile } | { stored: StoredFile };

/** What reading references needs. */
export interface ReferenceReaderOptions {
  files: Files;
  /** A guarded client (url-guard.ts), or a proxy's. */
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  /** Our own name, sent to the hosts of URLs. */
  userAgent?: string;
  uploadMegabytes: UploadMegabytes;
  /** The time for fetching one URL, in milliseconds; default 60000. */
  timeoutMs?: number;
}

const base64PieceLength = 64 * 1024;

/** Makes the reader of single references. It throws `reference_unusable` or `payload_too_large`. */
export function createReferenceReader(
  options: ReferenceReaderOptions,
): (source: ReferenceSource, gather: GatherOptions) => Promise<ReadReference> {
  const { files } = options;

  async function readFile(id: string, { maySee }: GatherOptions): Promise<StoredFile> {
    const stored = await files.get(id);
    if (stored !== undefined && maySee(stored.keyId)) return stored;
    throw unusable("not_found", "There is no file of this id.");
  }

  async function readResult(
    source: ResultSource,
    { openResult, signal }: GatherOptions,
  ): Promise<ReceivedFile> {
    const { body, name } = await openResult(source);
    return await files.receive(body, { name, declaredType: null }, signal);
  }

  function readDataUrl(text: string, { signal }: GatherOptions): Promise<ReceivedFile> {
    const head = headOf(text);
    if (head === undefined) throw unusable("bad_data_url", "The data URL is not base64.");
    const { length, declaredType } = head;
    const pieces = inPieces(text, length, base64PieceLength);
    return files.receive(decodeBase64(pieces), { name: "", declaredType }, signal);
  }

  async function readUrl(url: string, { signal }: GatherOptions): Promise<ReceivedFile> {
    const { uploadMegabytes } = options;
    const fetched = await fetchReference(url, { ...options, signal });
    try {
      const { body, name, declaredType, declaredBytes } = fetched;
      if ((declaredBytes ?? 0) > limitOf(uploadMegabytes)) throw tooLarge(uploadMegabytes);
      return await files.receive(body, { name, declaredType }, signal);
    } finally {
      fetched.cancel();
    }
  }

  return async (source, gather) => {
    switch (source.from) {
      case "form":
        return { received: source.file };
      case "file":
        return { stored: await readFile(source.id, gather) };
      case "asset":
      case "job":
        return { received: await readResult(source, gather) };
      case "data":
        return { received: await readDataUrl(source.text, gather) };
      case "url":
        return { received: await readUrl(source.url, gather) };
    }
  };
}
