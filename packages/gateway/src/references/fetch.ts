// Fetching a reference from a URL that a caller wrote: guarded at every hop, bounded in time.

import { request } from "undici";
import type { Dispatcher } from "undici";

import type { ExpectedError } from "../errors.ts";
import { unusable } from "./errors.ts";
import { isRefusedAddress, refusalOf } from "../storage/url-guard.ts";

/** Tells how to fetch one reference. */
export interface ReferenceFetchOptions {
  /** A guarded client (url-guard.ts), or a proxy's. */
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  signal: AbortSignal;
  /** The time for the whole transfer, in milliseconds; default 60000. */
  timeoutMs?: number;
}

/** A reference on its way. */
export interface FetchedReference {
  body: AsyncIterable<Uint8Array>;
  /** What the host says of its length and type; neither is believed. */
  declaredBytes: number | null;
  declaredType: string | null;
  name: string;
  /** Drops the connection, wherever the body is. */
  cancel(): void;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 3;
const headersTimeoutMs = 20_000;
const defaultTimeoutMs = 60_000;

/**
 * Opens a URL. Throws `reference_unusable` (reason `url_refused`, `unreachable`, `http_status`); reading the body
 * throws the same with `unreachable` when it breaks off or takes too long.
 */
export async function fetchReference(
  text: string,
  options: ReferenceFetchOptions,
): Promise<FetchedReference> {
  const deadline = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  let target = check(URL.parse(text), options.allowPrivate);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await send(target, options.dispatcher, signal);
    const location = response.headers["location"];
    if (redirectStatuses.has(response.statusCode) && typeof location === "string") {
      drop(response);
      target = check(URL.parse(location, target), options.allowPrivate);
      continue;
    }
    if (response.statusCode !== 200) {
      drop(response);
      throw unusable("http_status", `The URL answered HTTP ${response.statusCode}.`);
    }
    return toFetched(target, response);
  }
  throw unusable("unreachable", "The URL redirects too often.");
}

function check(url: URL | null, allowPrivate: boolean): URL {
  if (url === null) throw unusable("url_refused", "The URL cannot be read.");
  const refusal = refusalOf(url, allowPrivate);
  if (refusal !== undefined) throw unusable("url_refused", `The URL is refused: ${refusal}.`);
  return url;
}

async function send(
  target: URL,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(target, {
      dispatcher,
      signal,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: headersTimeoutMs,
      headers: { accept: "image/*, video/*, audio/*" },
    });
  } catch (cause) {
    throw toUnreachable(cause);
  }
}

function toUnreachable(cause: unknown): ExpectedError {
  if (isRefusedAddress(cause)) {
    return unusable("url_refused", "The URL is refused: it leads to no public address.", cause);
  }
  return unusable("unreachable", "The URL cannot be reached.", cause);
}

function drop(response: Dispatcher.ResponseData): void {
  // Giving a body up makes it emit an error, which would end the process if nobody listened.
  response.body.on("error", () => undefined);
  response.body.destroy();
}

function toFetched(target: URL, response: Dispatcher.ResponseData): FetchedReference {
  const { headers } = response;
  const length = Number(headers["content-length"] ?? Number.NaN);
  const type = headers["content-type"];
  response.body.on("error", () => undefined);
  return {
    body: readBody(response, Number.isFinite(length) ? length : null),
    declaredBytes: Number.isFinite(length) ? length : null,
    declaredType: typeof type === "string" ? type : null,
    name: nameOf(target),
    cancel: () => drop(response),
  };
}

async function* readBody(
  response: Dispatcher.ResponseData,
  declaredBytes: number | null,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks = response.body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  for (;;) {
    const next: IteratorResult<Uint8Array, undefined> = await chunks
      .next()
      .catch((cause: unknown) => {
        throw unusable("unreachable", "The URL's host broke the transfer off.", cause);
      });
    if (next.done === true) break;
    bytes += next.value.byteLength;
    yield next.value;
  }
  if (declaredBytes !== null && bytes < declaredBytes) {
    throw unusable("unreachable", "The URL's host broke the transfer off.");
  }
}

function nameOf(target: URL): string {
  const last = target.pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    // A name that is no UTF-8 is shown as it stands.
    return last;
  }
}
