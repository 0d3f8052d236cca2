// Fetches a reference from a caller's URL: every redirect is checked, and the time is limited.

import { JimengError } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import type { ExpectedError } from "../errors.ts";
import { unusable } from "./errors.ts";
import { TooManyRedirects, closeBody, openUrl } from "../storage/open-url.ts";
import type { OpenedUrl } from "../storage/open-url.ts";
import { isRefusedAddress, refusalOf } from "../storage/url-guard.ts";

/** The options of fetching one reference. */
export interface ReferenceFetchOptions {
  /** A guarded client (url-guard.ts), or a proxy's. */
  dispatcher: Dispatcher;
  allowPrivate: boolean;
  signal: AbortSignal;
  /** Our own name, sent to the host. */
  userAgent?: string;
  /** The time for the whole transfer, in milliseconds; default 60000. */
  timeoutMs?: number;
}

/** A reference whose body is being transferred. */
export interface FetchedReference {
  body: AsyncIterable<Uint8Array>;
  /** The length that the host declared; it may be wrong. */
  declaredBytes: number | null;
  /** The type that the host declared; it may be wrong. */
  declaredType: string | null;
  name: string;
  /** Closes the connection, however much of the body was read. */
  cancel(): void;
}

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
  const { target, response } = await open(text, { ...options, signal });
  if (response.statusCode !== 200) {
    closeBody(response);
    throw unusable("http_status", `The URL answered HTTP ${response.statusCode}.`);
  }
  return toFetched(target, response);
}

function checkUrl(url: URL | null, allowPrivate: boolean): URL {
  if (url === null) throw unusable("url_refused", "The URL cannot be read.");
  const refusal = refusalOf(url, allowPrivate);
  if (refusal !== undefined) throw unusable("url_refused", `The URL is refused: ${refusal}.`);
  return url;
}

async function open(
  text: string,
  { dispatcher, signal, allowPrivate, userAgent }: ReferenceFetchOptions,
): Promise<OpenedUrl> {
  try {
    return await openUrl(text, {
      dispatcher,
      signal,
      userAgent,
      headers: { accept: "image/*, video/*, audio/*" },
      headersTimeoutMs,
      bodyTimeoutMs: headersTimeoutMs,
      check: (target) => checkUrl(target, allowPrivate),
    });
  } catch (cause) {
    if (JimengError.isInstance(cause)) throw cause;
    if (cause instanceof TooManyRedirects) throw unusable("unreachable", cause.message);
    throw toUnreachable(cause);
  }
}

function toUnreachable(cause: unknown): ExpectedError {
  // One sentence for a name that leads into a private network and for one that does not exist: two would tell strangers
  // which names our network has.
  if (isRefusedAddress(cause) || isUnknownName(cause)) {
    return unusable("url_refused", "The URL is refused: it leads to no public address.", cause);
  }
  return unusable("unreachable", "The URL cannot be reached.", cause);
}

const unknownNameCodes: ReadonlySet<unknown> = new Set(["ENOTFOUND", "EAI_AGAIN", "ENODATA"]);

function isUnknownName(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return ("code" in cause && unknownNameCodes.has(cause.code)) || isUnknownName(cause.cause);
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
    cancel: () => closeBody(response),
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
    // A name that is not UTF-8 is shown unchanged.
    return last;
  }
}
