// Turns the references of a request (URLs, data URLs, ids of files and results, files of a form) into kept files.

import { JimengError } from "@jimeng/sdk";
import type { Warning } from "@jimeng/sdk";

import { atPlace, unusable } from "./errors.ts";
import type { StoredFile } from "./file-store.ts";
import { referenceLifetimeMs } from "./files.ts";
import type { FileKind, ReferenceKind } from "./inspect.ts";
import { createReferenceReader } from "./read-reference.ts";
import type {
  GatherOptions,
  ReadReference,
  ReferenceReaderOptions,
  ReferenceSource,
} from "./read-reference.ts";
import type { ReceivedFile } from "./receive-file.ts";
import { typeWarning } from "./type-warning.ts";
import { mapAtMost } from "../concurrency.ts";
import type { ExpectedError } from "../errors.ts";

/** One reference that a caller wants to use. */
export interface WantedReference {
  source: ReferenceSource;
  /** The public name of its parameter. */
  param: string;
  kinds: readonly ReferenceKind[];
}

/** The kept files of a request, in the order of its references. */
export interface Gathered {
  files: StoredFile[];
  warnings: Warning[];
  /** Removes the files that were kept for this request; for a request of which no job was made. */
  undo(): Promise<void>;
}

/** Gathers the references of requests. */
export interface References {
  /**
   * Keeps a file for every wanted reference. Throws the first one's `reference_unusable` or `payload_too_large` with
   * `param` and `index`; then nothing is kept.
   */
  gather(wanted: readonly WantedReference[], options: GatherOptions): Promise<Gathered>;
}

/** What gathering references needs. */
export interface ReferencesOptions extends ReferenceReaderOptions {
  /** Returns Unix milliseconds. */
  now: () => number;
  /** Most references of one request; each may be a URL of a stranger's host, which one request must not flood. */
  maxReferences: number;
}

const purpose = "reference";
const kindNames: Record<FileKind, string> = {
  image: "a picture",
  video: "a video",
  audio: "a sound",
  text: "the lines of a batch",
};

const maxConcurrentReads = 8;

/** Makes the service that gathers references. */
export function createReferences(options: ReferencesOptions): References {
  const { files, maxReferences } = options;
  const read = createReferenceReader(options);

  async function readAsWanted(
    { source, param, kinds }: WantedReference,
    index: number,
    gather: GatherOptions,
  ): Promise<ReadReference> {
    try {
      const result = await read(source, gather);
      const { kind } = "stored" in result ? result.stored : result.received;
      if (kinds.some((each) => each === kind)) return result;
      if ("received" in result) await files.discard(result.received);
      const wanted = kinds.map((each) => kindNames[each]).join(" or ");
      throw unusable("wrong_kind", `The file is ${kindNames[kind]}, not ${wanted}.`);
    } catch (error) {
      throw JimengError.isInstance(error) ? atPlace(asUnusable(error), param, index) : error;
    }
  }

  /** Reads all references; when one cannot be used, discards the received files and throws its error. */
  async function readAll(
    wanted: readonly WantedReference[],
    gather: GatherOptions,
  ): Promise<ReadReference[]> {
    let hasFailed = false;
    const results = await mapAtMost(maxConcurrentReads, [...wanted.entries()], async (entry) => {
      if (hasFailed) return undefined;
      const [index, each] = entry;
      return await readAsWanted(each, index, gather).then(
        (value) => ({ value }),
        (error: unknown) => {
          hasFailed = true;
          return { error };
        },
      );
    });
    const reads = results.flatMap((each) => (each && "value" in each ? [each.value] : []));
    const failure = results.find((each) => each && "error" in each);
    if (failure === undefined || !("error" in failure)) return reads;
    await Promise.all(receivedIn(reads).map((file) => files.discard(file)));
    throw failure.error;
  }

  async function keepAll(reads: readonly ReadReference[], keyId: string | null): Promise<Kept> {
    const expiresAt = options.now() + referenceLifetimeMs;
    const all: StoredFile[] = [];
    const added: StoredFile[] = [];
    const undo = async () => {
      // One that cannot be removed now expires; the others must not stay for its sake.
      const removals = await Promise.allSettled(added.map(({ id }) => files.remove(id)));
      for (const removal of removals) if (removal.status === "rejected") throw removal.reason;
    };
    try {
      for (const each of reads) {
        if ("stored" in each) {
          all.push(each.stored);
          continue;
        }
        const file = await files.keep(each.received, { keyId, purpose, expiresAt });
        added.push(file);
        all.push(file);
      }
    } catch (error) {
      // The caller needs to know why a file was not kept, whatever tidying up meets.
      await Promise.allSettled([undo(), ...receivedIn(reads).map((file) => files.discard(file))]);
      throw error;
    }
    return { files: all, undo };
  }

  return {
    async gather(wanted, gather) {
      if (wanted.length > maxReferences) throw tooMany(maxReferences, wanted[maxReferences]?.param);
      const reads = await readAll(wanted, gather);
      const warnings = reads.flatMap((each, index) => warningsOf(each, wanted[index]?.param));
      return { warnings, ...(await keepAll(reads, gather.keyId)) };
    },
  };
}

type Kept = Pick<Gathered, "files" | "undo">;

function receivedIn(reads: readonly ReadReference[]): ReceivedFile[] {
  return reads.flatMap((each) => ("received" in each ? [each.received] : []));
}

function warningsOf(read: ReadReference, param = "references"): Warning[] {
  const warning = "received" in read ? typeWarning(read.received, param) : undefined;
  return warning === undefined ? [] : [warning];
}

function tooMany(maxReferences: number, param: string | undefined): ExpectedError {
  return new JimengError("invalid_request", `More than ${maxReferences} references are given.`, {
    param: param ?? "references",
    charged: "no",
    fix: "GET /v1/models tells how many each model takes; JIMENG_MAX_REFERENCES bounds a request.",
  });
}

// For the request, a result or file that is missing is a reference that cannot be used.
function asUnusable(error: ExpectedError): ExpectedError {
  return error.code === "not_found" ? unusable("not_found", error.message, error) : error;
}
