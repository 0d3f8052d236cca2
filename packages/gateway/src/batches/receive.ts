// Receives the lines of a batch while they come in: each is checked and stored, and nothing is started before the last.

import { createHash, randomUUID } from "node:crypto";

import { JimengError, toErrorRecord } from "@jimeng/sdk";
import { v7 as uuidv7 } from "uuid";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import type { Caller } from "../keys/caller.ts";
import { estimate } from "../submission/pricing/estimate.ts";
import type { Estimate } from "../submission/pricing/estimate.ts";
import type { BatchParts } from "./parts.ts";
import type { Batch, BatchLine, BatchOptions } from "./batch.ts";
import { customIdOf } from "./line-reader.ts";
import type { ReadLine } from "./line-reader.ts";
import { splitLines } from "./split-lines.ts";
import type { RawLine } from "./split-lines.ts";
import type { NewLine, UploadProgress } from "./upload-store.ts";

/** A call that makes a batch. */
export interface IncomingBatch {
  caller: Caller;
  /** The caller's Idempotency-Key; null without one. */
  key: string | null;
  body: AsyncIterable<Uint8Array>;
  options: BatchOptions;
  /** Reads the text of a line; throws for what is not JSON, and for what no body may hold. */
  parse: (text: string) => unknown;
}

/** The batch of a call, new or that of an earlier equal one. */
export interface ReceivedBatch {
  batch: Batch;
  isReplayed: boolean;
}

const hourMs = 3_600_000;
/** How long an Idempotency-Key is remembered, in milliseconds. */
export const keyLifetimeMs = 24 * hourMs;
const joinWindowMs = 15 * 60_000;
const linesPerPage = 100;
const bytesPerPage = 1024 * 1024;

/**
 * Receives a batch and lets its lines become jobs. Throws before anything is started: `invalid_request` for a body
 * without a line that can be met, and for lines of unknown price that nobody accepted, `budget_exceeded` above the
 * ceiling, `idempotency_key_reused` when the key came with other lines.
 */
export async function receiveBatch(
  parts: BatchParts,
  incoming: IncomingBatch,
): Promise<ReceivedBatch> {
  const { store, clock } = parts;
  const { caller, key } = incoming;
  await parts.services.disk.assertRoom();
  const upload = randomUUID();
  if (key !== null) await store.forgetKey(caller.keyId, key, clock.now() - keyLifetimeMs);
  for (;;) {
    const known = key === null ? undefined : await store.byKey(caller.keyId, key);
    if (known !== undefined && known.status !== "validating") {
      await compareLines(incoming.body, known);
      return { batch: known, isReplayed: true };
    }
    if (known !== undefined) {
      const batch = await store.takeOver(known.id, upload, incoming.options);
      if (batch !== undefined) return await new Upload(parts, incoming, batch, upload).run();
      continue;
    }
    const batch = toNewBatch(incoming, clock.now());
    // Where two calls with one key come at one moment, the second one finds the first one's batch.
    if (!(await store.create(batch, upload))) continue;
    return await new Upload(parts, incoming, batch, upload).run();
  }
}

function toNewBatch({ caller, key, options }: IncomingBatch, now: number): Batch {
  return {
    ...options,
    id: `batch_${uuidv7()}`,
    owner: { keyId: caller.keyId, seesEverything: caller.seesEverything },
    status: "validating",
    idempotencyKey: key,
    contentHash: "",
    receivedLines: 0,
    estimatedCredits: 0,
    unpricedLines: 0,
    committedCredits: 0,
    counts: { total: 0, open: 0, completed: 0, failed: 0, cancelled: 0 },
    waiting: null,
    answeredAt: null,
    createdAt: now,
    startedAt: null,
    cancellingAt: null,
    endedAt: null,
  };
}

/** The hash of the lines so far: equal lines have it, however their body was cut into pieces. */
class LineHash {
  readonly #hash = createHash("sha256");

  add({ number, bytes }: RawLine): void {
    this.#hash.update(`${number} ${bytes?.length ?? "too long"}\n`);
    if (bytes !== null) this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.copy().digest("base64url");
  }
}

async function compareLines(
  body: AsyncIterable<Uint8Array>,
  { contentHash }: Batch,
): Promise<void> {
  const hash = new LineHash();
  for await (const line of splitLines(body)) hash.add(line);
  if (hash.digest() !== contentHash) throw keyReused();
}

/** One upload of a batch's lines; after one that broke off it goes on where that one ended. */
class Upload {
  readonly #parts: BatchParts;
  readonly #incoming: IncomingBatch;
  readonly #batch: Batch;
  readonly #id: string;
  readonly #hash = new LineHash();
  #page: NewLine[] = [];
  #pageBytes = 0;
  #progress: UploadProgress;

  constructor(parts: BatchParts, incoming: IncomingBatch, batch: Batch, id: string) {
    this.#parts = parts;
    this.#incoming = incoming;
    this.#batch = batch;
    this.#id = id;
    const { receivedLines, contentHash, estimatedCredits, unpricedLines } = batch;
    this.#progress = { receivedLines, contentHash, estimatedCredits, unpricedLines };
  }

  async run(): Promise<ReceivedBatch> {
    try {
      await this.#receive();
      return await this.#activate();
    } catch (error) {
      // With its key the same call can come again and go on; what was refused leaves the key free.
      if (this.#batch.idempotencyKey === null || error instanceof RefusedBatch) {
        await this.#parts.store.remove(this.#batch.id);
      }
      throw error instanceof RefusedBatch ? error.reason : error;
    }
  }

  async #receive(): Promise<void> {
    const { receivedLines, contentHash } = this.#batch;
    let isChecked = receivedLines === 0;
    for await (const line of splitLines(this.#incoming.body)) {
      if (!isChecked && line.number > receivedLines) throw keyReused();
      this.#hash.add(line);
      if (isChecked) await this.#add(line);
      if (line.number !== receivedLines) continue;
      if (this.#hash.digest() !== contentHash) throw keyReused();
      isChecked = true;
    }
    if (!isChecked) throw keyReused();
    await this.#store();
  }

  async #add(raw: RawLine): Promise<void> {
    const line = await this.#check(raw);
    this.#page.push(line);
    this.#pageBytes += line.content.length;
    this.#progress = {
      ...this.#progress,
      receivedLines: raw.number,
      contentHash: this.#hash.digest(),
    };
    if (this.#page.length >= linesPerPage || this.#pageBytes >= bytesPerPage) await this.#store();
  }

  async #store(): Promise<void> {
    if (this.#page.length === 0) return;
    const { store, clock, onFailpoint, services } = this.#parts;
    await services.disk.assertRoom();
    const added = { lines: this.#page, progress: this.#progress, now: clock.now() };
    if (!(await store.addLines(this.#batch.id, this.#id, added))) throw takenOver();
    this.#page = [];
    this.#pageBytes = 0;
    onFailpoint("batch_lines_stored");
  }

  async #check(raw: RawLine): Promise<NewLine> {
    const checked = await checkLine(this.#parts, this.#incoming, raw);
    const { number, content, customId, error } = checked;
    if (error === undefined) {
      const credits = checked.estimate?.credits ?? null;
      const { estimatedCredits, unpricedLines } = this.#progress;
      this.#progress = {
        ...this.#progress,
        estimatedCredits: estimatedCredits + (credits ?? 0),
        unpricedLines: unpricedLines + (credits === null ? 1 : 0),
      };
    }
    return {
      number,
      content,
      customId,
      error: error === undefined ? null : toErrorRecord(error),
    };
  }

  async #activate(): Promise<ReceivedBatch> {
    const { store, clock } = this.#parts;
    const batch = await this.#read();
    await this.#refuse(batch);
    const since = clock.now() - joinWindowMs;
    // A caller without a key whose answer was lost sends the same lines again.
    const earlier =
      batch.idempotencyKey === null ? await store.unanswered(batch, since) : undefined;
    if (earlier !== undefined) {
      await store.remove(batch.id);
      return { batch: earlier, isReplayed: true };
    }
    if (!(await store.activate(batch.id, this.#id, clock.now()))) throw takenOver();
    return { batch: await this.#read(), isReplayed: false };
  }

  async #read(): Promise<Batch> {
    const batch = await this.#parts.store.get(this.#batch.id);
    if (batch === undefined) throw takenOver();
    return batch;
  }

  /** Throws where nothing of the batch may be started. */
  async #refuse({ id, counts, estimatedCredits, unpricedLines }: Batch): Promise<void> {
    const { maxCredits, confirmed } = this.#incoming.options;
    if (counts.total === 0) throw new RefusedBatch(emptyBatch());
    if (counts.failed === counts.total) {
      const refused = await this.#parts.store.refused(id, shownLines);
      throw new RefusedBatch(nothingToMake(counts.total, refused));
    }
    if (maxCredits !== null && estimatedCredits > maxCredits) {
      throw new RefusedBatch(tooDear(estimatedCredits, maxCredits));
    }
    if (unpricedLines > 0 && !confirmed) {
      throw new RefusedBatch(priceUnknown(unpricedLines, maxCredits));
    }
  }
}

/** What the check of a line depends on. */
export interface LinesToCheck extends Pick<IncomingBatch, "caller" | "parse"> {
  options: Pick<BatchOptions, "endpoint" | "ownBase">;
}

/** A line that was checked; nothing of it is started. */
export interface CheckedLine {
  number: number;
  content: string;
  customId: string | null;
  /** Undefined for a line that cannot be met, or whose price depends on what its materials are. */
  estimate?: Estimate;
  error?: ExpectedError;
}

/** Checks one line as the route that it is for would, with its expected price. */
export async function checkLine(
  { services, lines }: Pick<BatchParts, "services" | "lines">,
  { caller, options, parse }: LinesToCheck,
  { number, bytes }: RawLine,
): Promise<CheckedLine> {
  if (bytes === null) return { number, content: "", customId: null, error: tooLong() };
  let content = "";
  let line: unknown;
  let read: ReadLine | undefined;
  try {
    content = decode(bytes);
    line = parse(content);
    read = lines.read(line, options);
    const checked = { number, content, customId: read.customId };
    // Whether a material is a picture, a video or a sound is known only once it was read.
    if (read.content.references.some(({ kinds }) => kinds.length > 1)) return checked;
    const found = await estimate(services, caller, read.content);
    const { refusal } = found;
    return refusal === undefined ? { ...checked, estimate: found } : { ...checked, error: refusal };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    return { number, content, customId: customIdOf(line), error: read?.named(error) ?? error };
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw toUnreadable(cause);
  }
}

/** Ends a batch that must not be kept. */
class RefusedBatch extends Error {
  readonly reason: ExpectedError;

  constructor(reason: ExpectedError) {
    super(reason.message);
    this.reason = reason;
  }
}

const shownLines = 5;

function nothingToMake(total: number, refused: readonly BatchLine[]): ExpectedError {
  const lines = refused.map(({ number, error }) => {
    const param = error?.param === undefined ? "" : ` (${error.param})`;
    return `line ${number}${param}: ${error?.message ?? ""}`;
  });
  return new JimengError(
    "invalid_request",
    `None of the ${total} lines can be met; ${lines.join(" ")}`,
    {
      param: refused[0]?.error?.param ?? "body",
      charged: "no",
      fix: "Correct the lines and send them again; nothing was started.",
    },
  );
}

function emptyBatch(): ExpectedError {
  return new JimengError("invalid_request", "The batch has no lines.", {
    param: "body",
    charged: "no",
    fix: "Send JSONL, one request on each line, or a JSON array of requests.",
  });
}

function tooDear(expected: number, maxCredits: number): ExpectedError {
  return new ServiceError(
    "budget_exceeded",
    `The batch is expected to cost ${expected} credits, more than max_credits allows (${maxCredits}).`,
    {
      param: "max_credits",
      reason: "above_ceiling",
      charged: "no",
      fix: "Raise max_credits, or send fewer lines.",
    },
  );
}

function priceUnknown(lines: number, maxCredits: number | null): ExpectedError {
  const held =
    maxCredits === null
      ? "start it all the same"
      : "start it all the same; max_credits then holds for the lines whose price is known";
  return new JimengError("invalid_request", `What ${lines} of the lines cost is not known.`, {
    param: "confirm",
    reason: "price_unknown",
    charged: "no",
    fix: `Send the batch again with confirm=true to ${held}. POST /v1/estimate tells the prices.`,
  });
}

function keyReused(): ExpectedError {
  return new ServiceError("idempotency_key_reused", "The key came with other lines before.", {
    param: "Idempotency-Key",
    charged: "no",
    fix: "Use a new key for other lines; send the same lines with the old one.",
  });
}

function takenOver(): ExpectedError {
  return new ServiceError("conflict", "Another call with the same key sends these lines.", {
    param: "Idempotency-Key",
    charged: "no",
    fix: "Wait for the other call: it answers with the batch.",
  });
}

function tooLong(): ExpectedError {
  return new ServiceError("payload_too_large", "The line is longer than 8 MB.", {
    param: "line",
    charged: "no",
    fix: "Upload its files with POST /v1/files and name their ids.",
  });
}

function toUnreadable(cause: unknown): ExpectedError {
  return new JimengError("invalid_request", "The line is not UTF-8.", {
    param: "line",
    fix: "Save the file as UTF-8 and send it again.",
    cause,
  });
}
