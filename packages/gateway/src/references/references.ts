// The way from what callers write (a URL, a data URL, a file's id, a form's file) to kept files.

import { JimengError } from "@jimeng/sdk";
import type { Warning } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import type { ExpectedError } from "../errors.ts";
import { mapAtMost } from "../concurrency.ts";
import { decodeBase64, headOf, inPieces } from "./data-url.ts";
import type { StoredFile } from "./file-store.ts";
import { limitOf, referenceLifetimeMs } from "./files.ts";
import type { Files, ReceivedFile } from "./files.ts";
import { atPlace, tooLarge, unusable } from "./errors.ts";
import { fetchReference } from "./fetch.ts";
import type { ReferenceKind } from "./inspect.ts";

/** Where one reference comes from. */
export type ReferenceSource =
  | { from: "file"; id: string }
  | { from: "asset"; id: string }
  | { from: "url"; url: string }
  | { from: "data"; text: string }
  | { from: "form"; file: ReceivedFile };

/** One reference that a caller wants to use. */
export interface WantedReference {
  source: ReferenceSource;
  /** The public name of its parameter. */
  param: string;
  kinds: readonly ReferenceKind[];
}

/** Says on whose behalf references are read. */
export interface GatherOptions {
  keyId: string | null;
  maySee: (keyId: string | null) => boolean;
  /** Opens a stored result by its id; throws `not_found`. */
  openAsset: (id: string) => Promise<{ body: AsyncIterable<Uint8Array>; name: string }>;
  /** Fires when the caller is gone. */
  signal: AbortSignal;
}

/** Kept files in the order they were wanted. */
export interface Gathered {
  files: StoredFile[];
  warnings: Warning[];
  /** Removes the files that were kept for this request; for a request that came to nothing. */
  undo(): Promise<void>;
}

/** Reads references for requests. */
export interface References {
  /**
   * Makes every wanted reference a kept file. Throws the first one's `reference_unusable` or `payload_too_large`
   * with `param` and `index`; then nothing is kept.
   */
  gather(wanted: readonly WantedReference[], options: GatherOptions): Promise<Gathered>;
}

/** What references are read with. */
export interface ReferencesOptions {
  files: Files;
  /** A guarded client (url-guard.ts), or a proxy's. */
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  maxUploadMegabytes: number;
  now: () => number;
  /** The time for fetching one URL, in milliseconds; default 60000. */
  timeoutMs?: number;
}

// What comes with a request is OpenAI's "user_data" as good as what is uploaded before it.
const purpose = "reference";
const base64PieceLength = 64 * 1024;
const kindNames: Record<ReferenceKind, string> = {
  image: "a picture",
  video: "a video",
  audio: "a sound",
};

// No model takes half as many. Every one may be a URL of somebody else's: a request must not become a flood there.
const mostReferences = 64;
const readsAtOnce = 8;

type Read = { received: ReceivedFile } | { stored: StoredFile };

/** Makes the reader of references. */
export function createReferences(options: ReferencesOptions): References {
  const { files } = options;

  async function read(source: ReferenceSource, gather: GatherOptions): Promise<Read> {
    switch (source.from) {
      case "form":
        return { received: source.file };
      case "file": {
        const stored = await files.get(source.id);
        if (stored !== undefined && gather.maySee(stored.keyId)) return { stored };
        throw unusable("not_found", "There is no file of this id.");
      }
      case "asset": {
        const { body, name } = await gather.openAsset(source.id);
        return { received: await files.receive(body, { name, declaredType: null }) };
      }
      case "data":
        return { received: await readDataUrl(source.text) };
      case "url":
        return { received: await readUrl(source.url, gather.signal) };
    }
  }

  function readDataUrl(text: string): Promise<ReceivedFile> {
    const head = headOf(text);
    if (head === undefined) throw unusable("bad_data_url", "The data URL is not base64.");
    const { length, declaredType } = head;
    const pieces = inPieces(text, length, base64PieceLength);
    return files.receive(decodeBase64(pieces), { name: "", declaredType });
  }

  async function readUrl(url: string, signal: AbortSignal): Promise<ReceivedFile> {
    const { dispatcher, allowPrivate, timeoutMs, maxUploadMegabytes } = options;
    const fetched = await fetchReference(url, { dispatcher, allowPrivate, signal, timeoutMs });
    try {
      const largest = limitOf("video", maxUploadMegabytes);
      if ((fetched.declaredBytes ?? 0) > largest) throw tooLarge(largest);
      return await files.receive(fetched.body, {
        name: fetched.name,
        declaredType: fetched.declaredType,
      });
    } finally {
      fetched.cancel();
    }
  }

  async function readAt(
    { source, param, kinds }: WantedReference,
    index: number,
    gather: GatherOptions,
  ): Promise<Read> {
    try {
      const result = await read(source, gather);
      const { kind } = "stored" in result ? result.stored : result.received;
      if (kinds.includes(kind)) return result;
      if ("received" in result) await files.discard(result.received);
      const wanted = kinds.map((each) => kindNames[each]).join(" or ");
      throw unusable("wrong_kind", `The file is ${kindNames[kind]}, not ${wanted}.`);
    } catch (error) {
      throw JimengError.isInstance(error) ? atPlace(asUnusable(error), param, index) : error;
    }
  }

  /** Reads a few at a time; once one cannot be used, no further one is begun. */
  async function readAll(
    wanted: readonly WantedReference[],
    gather: GatherOptions,
  ): Promise<PromiseSettledResult<Read>[]> {
    let isUsable = true;
    const results = await mapAtMost(readsAtOnce, [...wanted.entries()], ([index, each]) =>
      isUsable
        ? readAt(each, index, gather).then(
            (value) => ({ status: "fulfilled" as const, value }),
            (reason: unknown) => {
              isUsable = false;
              return { status: "rejected" as const, reason };
            },
          )
        : Promise.resolve(undefined),
    );
    return results.filter((result) => result !== undefined);
  }

  return {
    async gather(wanted, gather) {
      if (wanted.length > mostReferences) throw tooMany(wanted[mostReferences]?.param);
      const results = await readAll(wanted, gather);
      const failure = results.find((result) => result.status === "rejected");
      const reads = results.flatMap((result) =>
        result.status === "fulfilled" ? [result.value] : [],
      );
      if (failure !== undefined) {
        const received = reads.flatMap((each) => ("received" in each ? [each.received] : []));
        await Promise.all(received.map((file) => files.discard(file)));
        throw failure.reason;
      }
      const kept: StoredFile[] = [];
      const undo = async () => {
        for (const { id } of kept) await files.remove(id);
      };
      const warnings: Warning[] = [];
      const found: StoredFile[] = [];
      try {
        for (const [index, each] of reads.entries()) {
          if ("stored" in each) {
            found.push(each.stored);
            continue;
          }
          const warning = typeWarning(each.received, wanted[index]?.param ?? "references");
          if (warning !== undefined) warnings.push(warning);
          const expiresAt = options.now() + referenceLifetimeMs;
          const file = await files.keep(each.received, { keyId: gather.keyId, purpose, expiresAt });
          kept.push(file);
          found.push(file);
        }
      } catch (error) {
        await undo();
        throw error;
      }
      return { files: found, warnings, undo };
    },
  };
}

function tooMany(param: string | undefined): ExpectedError {
  return new JimengError("invalid_request", `More than ${mostReferences} references are given.`, {
    param: param ?? "references",
    charged: "no",
    fix: "GET /v1/models tells how many each model takes.",
  });
}

// A result or file that is gone is, to the request, a reference that cannot be used.
function asUnusable(error: ExpectedError): ExpectedError {
  return error.code === "not_found" ? unusable("not_found", error.message, error) : error;
}

const typeOfExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  mp4: "video/mp4",
  mov: "video/quicktime",
  m4a: "audio/mp4",
  wav: "audio/wav",
  mp3: "audio/mpeg",
};
const typeAliases: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/mp3": "audio/mpeg",
  "audio/x-m4a": "audio/mp4",
};

/** Tells when a file is not what its name or declared type says; what it really is counts. */
export function typeWarning(file: ReceivedFile, param: string): Warning | undefined {
  const extension = /\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const declared = (file.declaredType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const said = [typeOfExtension[extension], typeAliases[declared] ?? declared];
  const wrong = said.find(
    (type) =>
      type !== undefined && /^(image|video|audio)\/./.test(type) && type !== file.contentType,
  );
  if (wrong === undefined) return undefined;
  return {
    code: "type_differs",
    param,
    message: `The file says that it is ${wrong}; it is ${file.contentType} and is used as that.`,
  };
}
