// Keeps account of the open event streams: how many a key holds, and whether what each was opened with is still in force.

import type { IncomingHttpHeaders } from "node:http";

import type { FastifyRequest } from "fastify";

import { ServiceError } from "../../errors.ts";
import type { Caller } from "../../keys/caller.ts";
import { whenClosed } from "../answers/when-closed.ts";
import type { Closable } from "../answers/when-closed.ts";
import type { Authenticate } from "../auth.ts";

// Together with the half second for which keys of other nodes are remembered, a stream ends within a second.
const checkEveryMs = 400;
const retryAfterMs = 5000;

/** What streams are checked with. */
export interface OpenStreamsOptions {
  /** Reads the caller from headers. */
  authenticate: Authenticate;
  /** The streams that one key, or one visitor's session, may hold; null for no bound. This machine's user has none. */
  perKey: number | null;
}

interface OpenStream {
  headers: IncomingHttpHeaders;
  caller: Caller;
  end: AbortController;
}

/** The open event streams of this node. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #open = new Set<OpenStream>();
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
  }

  /**
   * Counts a stream until its answer has ended, and returns the signal that ends it: what it was opened with is not in
   * force any more, or allows something else. Throws `rate_limited` when the key holds as many as it may.
   */
  enter(
    { headers, caller }: Pick<FastifyRequest, "headers" | "caller">,
    reply: { raw: Closable },
  ): AbortSignal {
    this.#count(caller.keyId);
    const stream = { headers: credentialsOf(headers), caller, end: new AbortController() };
    this.#open.add(stream);
    this.#timer ??= setInterval(() => void this.check(), checkEveryMs).unref();
    whenClosed(reply.raw, () => this.#leave(stream));
    return stream.end.signal;
  }

  /** Ends the streams whose credential is not in force any more; each credential is looked up once. */
  async check(): Promise<void> {
    // While the database is away, a look-up may take longer than the time between two.
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const groups = Map.groupBy(this.#open, ({ headers }) => JSON.stringify(headers));
      for (const streams of groups.values()) await this.#checkGroup(streams);
    } finally {
      this.#isChecking = false;
    }
  }

  async #checkGroup(streams: readonly OpenStream[]): Promise<void> {
    const caller = await this.#read(streams[0]?.headers ?? {});
    if (caller === "unknown") return;
    for (const stream of streams)
      if (caller === undefined || !isSame(caller, stream.caller)) stream.end.abort();
  }

  /** Returns the caller of headers, undefined where they are refused, `unknown` where it cannot be told now. */
  async #read(headers: IncomingHttpHeaders): Promise<Caller | undefined | "unknown"> {
    try {
      return await this.#options.authenticate(headers);
    } catch (error) {
      return error instanceof ServiceError && error.code === "unauthorized" ? undefined : "unknown";
    }
  }

  #count(keyId: string | null): void {
    if (keyId === null) return;
    const { perKey } = this.#options;
    const count = this.#counts.get(keyId) ?? 0;
    if (perKey !== null && count >= perKey) throw tooManyStreams(count);
    this.#counts.set(keyId, count + 1);
  }

  #leave(stream: OpenStream): void {
    this.#open.delete(stream);
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const { keyId } = stream.caller;
    if (keyId === null) return;
    const left = (this.#counts.get(keyId) ?? 1) - 1;
    if (left === 0) this.#counts.delete(keyId);
    else this.#counts.set(keyId, left);
  }
}

/** Returns the headers that name the caller; the cookie's name depends on the host. */
function credentialsOf(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { authorization, cookie, host } = headers;
  return { authorization, cookie, host, "x-api-key": headers["x-api-key"] };
}

function isSame(now: Caller, before: Caller): boolean {
  const seesTheSame = now.seesEverything === before.seesEverything;
  return now.keyId === before.keyId && seesTheSame && now.may("read");
}

function tooManyStreams(count: number): ServiceError {
  const message = `This key holds ${count} event streams open, as many as it may.`;
  return new ServiceError("rate_limited", message, {
    reason: "open_streams",
    retryAfterMs,
    charged: "no",
    fix: "Close one first: GET /v1/events tells of all jobs in one stream. The owner sets the bound with JIMENG_MAX_STREAMS_PER_KEY.",
  });
}
