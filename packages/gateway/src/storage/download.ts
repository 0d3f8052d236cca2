// Downloads a result file from a URL that the upstream gave: checks the URL, the size and the pace, and writes the file.

import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

import { JimengError, isLoopbackHost } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import type { IncomingFile } from "./incoming-file.ts";
import { TooManyRedirects, closeBody, openUrl } from "./open-url.ts";
import { usualTypes } from "./media.ts";
import { isPublicAddress, isRefusedAddress, toBareHost } from "./url-guard.ts";

/** The options of one download. */
export interface DownloadOptions {
  dispatcher: Dispatcher;
  /** Whether http and https on loopback hosts are allowed: only while the account's own base URL is loopback. */
  allowLoopback: boolean;
  limitBytes: number;
  /** Admits a file of a declared length, 0 where none is declared: may wait, and throws when it has no room. */
  admit?: (bytes: number) => Promise<void>;
  /** Our own name, sent to the host. */
  userAgent?: string;
  /** The span in which a host must send at least 1 KiB a second on average, in milliseconds; default 60 s. */
  paceSpanMs?: number;
  signal: AbortSignal;
}

/** The reason of the error for an expired signed URL; reading the history again gives a fresh one (history.md). */
export const urlExpired = "url_expired";

const expiredStatuses: ReadonlySet<number> = new Set([403, 404, 410]);
const headersTimeoutMs = 30_000;
const bodyTimeoutMs = 60_000;
const defaultPaceSpanMs = 60_000;
// Otherwise a host that sends a byte a minute would block one of the few concurrent downloads for ever.
const minBytesPerMs = 1024 / 1000;

/**
 * Streams a URL into an open file and returns its length. Throws `unexpected_response` (reason `url_expired` for
 * 403, 404, 410; `url_refused` for a host or scheme that is not allowed), `payload_too_large`,
 * `upstream_unavailable`, or `connection_failed` (also for a host that sends too slowly).
 */
export async function download(
  url: string,
  file: Pick<IncomingFile, "write">,
  options: DownloadOptions,
): Promise<number> {
  const response = await open(url, options);
  if (response.statusCode !== 200) {
    closeBody(response);
    throw statusError(response.statusCode);
  }
  return await writeBody(response, file, options);
}

async function open(
  url: string,
  { dispatcher, signal, allowLoopback, userAgent }: DownloadOptions,
): Promise<Dispatcher.ResponseData> {
  try {
    const { response } = await openUrl(url, {
      dispatcher,
      signal,
      userAgent,
      // Hosts that choose a format by Accept send AVIF or HEIC to clients that accept anything. Compression gains nothing
      // for pictures; some hosts compress unless told not to.
      headers: { accept: usualTypes.join(", "), "accept-encoding": "identity" },
      headersTimeoutMs,
      bodyTimeoutMs,
      check: (target) => checkUrl(target?.href ?? "", allowLoopback),
    });
    return response;
  } catch (cause) {
    if (JimengError.isInstance(cause)) throw cause;
    if (isRefusedAddress(cause)) throw refusedUrl("its name leads to no public address");
    if (cause instanceof TooManyRedirects) {
      throw new JimengError("unexpected_response", "The result's URL redirects too often.", {
        charged: "yes",
      });
    }
    throw connectionError(cause);
  }
}

async function writeBody(
  response: Dispatcher.ResponseData,
  file: Pick<IncomingFile, "write">,
  { limitBytes, admit, paceSpanMs = defaultPaceSpanMs }: DownloadOptions,
): Promise<number> {
  // Destroying a body makes it emit an error, which would end the process without a listener.
  response.body.on("error", () => {});
  const declared = Number(response.headers["content-length"] ?? 0);
  if (declared > limitBytes) {
    response.body.destroy();
    throw tooLarge(limitBytes);
  }
  try {
    await admit?.(declared);
  } catch (error) {
    response.body.destroy();
    throw error;
  }
  const encoding = String(response.headers["content-encoding"] ?? "identity").toLowerCase();
  const content = decoded(response.body, encoding);
  let bytes = 0;
  let span = { beganAt: performance.now(), bytes: 0 };
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  for (;;) {
    // Only failures of the network become connection errors: a full disk below keeps its own.
    const next: IteratorResult<Uint8Array, undefined> = await chunks
      .next()
      .catch((cause: unknown) => {
        throw connectionError(cause);
      });
    if (next.done) break;
    bytes += next.value.byteLength;
    if (bytes > limitBytes) {
      response.body.destroy();
      throw tooLarge(limitBytes);
    }
    await file.write(next.value);
    span.bytes += next.value.byteLength;
    const spanMs = performance.now() - span.beganAt;
    if (spanMs < paceSpanMs) continue;
    if (span.bytes < spanMs * minBytesPerMs) {
      response.body.destroy();
      throw connectionError(new Error("the host sends too slowly"));
    }
    span = { beganAt: performance.now(), bytes: 0 };
  }
  if (content === response.body && declared > 0 && bytes !== declared)
    throw connectionError(new Error("the body ended early"));
  return bytes;
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Decompresses a body that the host compressed without being asked; the same size limit applies to the result. */
function decoded(body: Readable, encoding: string): Readable {
  const decoder = decoders[encoding]?.();
  if (decoder === undefined) return body;
  decoder.on("error", () => {});
  body.on("error", (cause) => decoder.destroy(cause));
  return body.pipe(decoder);
}

/** Checks a URL that the upstream gave. Throws `unexpected_response` (reason `url_refused`). */
export function checkUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "")
    throw refusedUrl("it is not a plain URL");
  const host = toBareHost(url.hostname);
  if (isLoopbackHost(host)) {
    if (allowLoopback && (url.protocol === "http:" || url.protocol === "https:")) return url;
    throw refusedUrl("it points at this machine");
  }
  if (url.protocol !== "https:") throw refusedUrl("it is not https");
  // Addresses are checked here, names when they are resolved (url-guard.ts).
  if (isIP(host) !== 0 && !isPublicAddress(host)) {
    throw refusedUrl("it points into a private network");
  }
  return url;
}

function refusedUrl(why: string): ExpectedError {
  return new JimengError("unexpected_response", `The result's URL is refused: ${why}.`, {
    reason: "url_refused",
    charged: "yes",
  });
}

function statusError(status: number): ExpectedError {
  const upstream = { httpStatus: status };
  if (expiredStatuses.has(status)) {
    return new JimengError(
      "unexpected_response",
      `The result's URL is no longer valid (HTTP ${status}).`,
      {
        reason: urlExpired,
        upstream,
        charged: "yes",
      },
    );
  }
  const code = status >= 500 || status === 429 ? "upstream_unavailable" : "unexpected_response";
  return new JimengError(code, `The result's host answered HTTP ${status}.`, {
    upstream,
    charged: "yes",
  });
}

function connectionError(cause: unknown): ExpectedError {
  return new JimengError("connection_failed", "The result's host could not be read.", {
    cause,
    charged: "yes",
  });
}

function tooLarge(limitBytes: number): ExpectedError {
  return new ServiceError("payload_too_large", `The result is larger than ${limitBytes} bytes.`, {
    charged: "yes",
  });
}
