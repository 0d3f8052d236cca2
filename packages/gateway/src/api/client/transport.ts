// One HTTP exchange with a gateway: base URL, key, JSON both ways, errors.

import { GatewayError, readErrorBody, toGatewayError } from "./gateway-error.ts";

/** The options of `new GatewayClient()`. */
export interface GatewayClientOptions {
  /** The gateway's address, such as `http://127.0.0.1:5100`; a path prefix is kept. */
  baseUrl: string;
  /** The gateway key (or with pass-through the caller's own session). */
  key?: string;
  /** Replaces the global fetch. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** One call. */
export interface Exchange {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  /** Sent as it is instead of a JSON body. */
  blob?: Blob;
  /** Sent piece by piece instead of a JSON body; the headers name its content type. */
  stream?: ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  signal?: AbortSignal;
}

// What proxies answer while the program behind them is away; a gateway's own answer has an error object.
const proxyStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** Sends requests to one gateway and throws a GatewayError for every failure but the caller's own abort. */
export class Transport {
  readonly #baseUrl: string;
  readonly #key: string | undefined;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;

  constructor(options: GatewayClientOptions) {
    this.#baseUrl = options.baseUrl.replace(/\/+$/, "");
    this.#key = options.key;
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** Sends and gives the raw answer when it is a success. */
  async send(path: string, exchange: Exchange = {}): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json", ...exchange.headers };
    if (this.#key !== undefined) headers["authorization"] = `Bearer ${this.#key}`;
    if (exchange.body !== undefined) headers["content-type"] = "application/json";
    if (exchange.blob !== undefined) {
      headers["content-type"] = exchange.blob.type || "application/octet-stream";
    }
    const response = await this.#exchange(`${this.#baseUrl}${path}${toQuery(exchange.query)}`, {
      method: exchange.method ?? "GET",
      headers,
      body:
        exchange.body === undefined
          ? (exchange.blob ?? exchange.stream)
          : JSON.stringify(exchange.body),
      // fetch takes a stream only so; the answer is read once all of it was sent.
      ...(exchange.stream === undefined ? {} : { duplex: "half" }),
      signal: exchange.signal,
      redirect: "error",
    });
    if (response.ok) return response;
    throw await this.#readError(response);
  }

  /** Sends and reads a JSON answer. The gateway is trusted to keep its own published shapes. */
  async json<Answer>(path: string, exchange: Exchange = {}): Promise<Answer> {
    return await this.read(await this.send(path, exchange), exchange);
  }

  /** Reads a JSON answer that `send` gave. */
  async read<Answer>(response: Response, { signal }: Pick<Exchange, "signal">): Promise<Answer> {
    try {
      return (await response.json()) as Answer;
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new GatewayError(
        "unexpected_response",
        "The gateway's answer broke off or is not JSON.",
        {
          cause: error,
          status: response.status,
        },
      );
    }
  }

  async #exchange(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new GatewayError("connection_failed", `No gateway answers at ${this.#baseUrl}.`, {
        cause: error,
        retryable: true,
        fix: "Start one with `jimeng serve`, or correct the address.",
      });
    }
  }

  async #readError(response: Response): Promise<GatewayError> {
    const body: unknown = await response.json().catch(() => undefined);
    const error = readErrorBody(body);
    if (error !== undefined) return toGatewayError(error, response.status);
    if (proxyStatuses.has(response.status)) {
      const message = `The gateway at ${this.#baseUrl} cannot be reached: what stands in front of it answers ${response.status}.`;
      return new GatewayError("connection_failed", message, {
        status: response.status,
        retryable: true,
        fix: "Start the gateway, or correct the address.",
      });
    }
    return new GatewayError(
      "unexpected_response",
      `The answer has status ${response.status} and is not a gateway's error.`,
      {
        status: response.status,
        fix: "Check that the address is a jimeng gateway's, and what stands in front of it.",
      },
    );
  }
}

function toQuery(query: Exchange["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}
