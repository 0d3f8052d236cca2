// The client's calls about batches: many requests in one call.

import type {
  BatchBodyInput,
  BatchEstimateObject,
  BatchObject,
  BatchResultObject,
} from "../../batches/batches.ts";
import type { JobBodyInput } from "../../jobs.ts";
import type { ListPage } from "../../lists.ts";
import { toPost } from "../options.ts";
import type { CallOptions, CreateOptions, PageOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** One request of a batch: a body of our own, OpenAI's line, or the text of either. */
export type BatchLineInput =
  | (JobBodyInput & { custom_id?: string })
  | { custom_id?: string; method?: "POST"; url: string; body: object }
  | string;

/** The requests of a batch; a Blob of JSONL is sent as it is, from the disk in pieces. */
export type BatchLines = Iterable<BatchLineInput> | AsyncIterable<BatchLineInput> | Blob;

/** How a batch is made. */
export interface BatchCreateOptions extends CreateOptions {
  /** The most credits that all lines together may cost. */
  maxCredits?: number;
  /** True starts lines whose price is not known. */
  confirm?: boolean;
}

/** Which results are read. */
export interface BatchResultOptions extends CallOptions {
  /** The number of the line after which they begin. */
  after?: number;
  /** True waits for the end of each line. */
  follow?: boolean;
}

const contentType = "application/x-ndjson";

/** Makes, reads and stops batches. */
export class Batches {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends the requests while they are made, without holding them, and returns the batch once all were checked. With an
   * idempotency key a call that broke off goes on when it is repeated.
   */
  create(lines: BatchLines, options: BatchCreateOptions = {}): Promise<BatchObject> {
    const { maxCredits, confirm, ...call } = options;
    return this.#transport.json("/v1/jobs/batch", {
      ...toPost(undefined, call, { "content-type": contentType }),
      ...toContent(lines),
      query: { max_credits: maxCredits, confirm: confirm === true ? "true" : undefined },
    });
  }

  /** Makes a batch of an uploaded file of JSONL, as OpenAI's clients do. */
  createFromFile(body: BatchBodyInput, options: CreateOptions = {}): Promise<BatchObject> {
    return this.#transport.json("/v1/batches", toPost(body, options));
  }

  /** Tells what requests would cost together; starts nothing. */
  estimate(lines: BatchLines, { signal }: CallOptions = {}): Promise<BatchEstimateObject> {
    return this.#transport.json("/v1/estimate", {
      method: "POST",
      headers: { "content-type": contentType },
      ...toContent(lines),
      signal,
    });
  }

  /** Lists batches, newest first. */
  list(options: PageOptions = {}): Promise<ListPage<BatchObject>> {
    const { signal, ...query } = options;
    return this.#transport.json("/v1/batches", { query, signal });
  }

  /** Retrieves one batch. */
  retrieve(id: string, options: CallOptions = {}): Promise<BatchObject> {
    return this.#transport.json(pathOf(id), options);
  }

  /** Stops what was not started; throws `conflict` once the batch has ended. */
  cancel(id: string, options: CallOptions = {}): Promise<BatchObject> {
    return this.#transport.json(`${pathOf(id)}/cancel`, { method: "POST", ...options });
  }

  /** Yields the results in the order of the lines; with `follow` each as soon as it and those before it have ended. */
  async *results(id: string, options: BatchResultOptions = {}): AsyncGenerator<BatchResultObject> {
    const { after, follow, signal } = options;
    const query = { after, follow: follow === true ? "true" : undefined };
    const response = await this.#transport.send(`${pathOf(id)}/results`, {
      headers: { accept: contentType },
      query,
      signal,
    });
    if (response.body === null) return;
    for await (const line of readLines(response.body)) yield JSON.parse(line) as BatchResultObject;
  }
}

function pathOf(id: string): string {
  return `/v1/batches/${encodeURIComponent(id)}`;
}

function toContent(lines: BatchLines): { blob: Blob } | { stream: ReadableStream<Uint8Array> } {
  if (lines instanceof Blob) return { blob: lines.slice(0, lines.size, contentType) };
  return { stream: toStream(lines) };
}

/** Writes lines when they are asked for: an endless source is sent in little memory. */
function toStream(
  lines: Iterable<BatchLineInput> | AsyncIterable<BatchLineInput>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = (async function* () {
    yield* lines;
  })();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) return controller.close();
      const text = typeof next.value === "string" ? next.value : JSON.stringify(next.value);
      controller.enqueue(encoder.encode(`${text}\n`));
    },
    async cancel() {
      await iterator.return(undefined);
    },
  });
}

/** Yields the lines of a body that are not blank. */
async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield line;
    }
    if (rest.trim() !== "") yield rest;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
