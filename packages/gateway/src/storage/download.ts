// Fetching a result file from a URL that the upstream handed out: which URLs are allowed, how large it may be, how it
// reaches the disk.

import type { FileHandle } from "node:fs/promises";
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

import { JimengError, isLoopbackHost } from "@jimeng/sdk";
import { request } from "undici";
import type { Dispatcher } from "undici";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import { isPublicAddress, isRefusedAddress, toBareHost } from "./url-guard.ts";

/** Tells how to fetch one file. */
export interface DownloadOptions {
  dispatcher: Dispatcher;
  /** Allows http and https on loopback hosts: only while the account's own base URL is loopback. */
  allowLoopback: boolean;
  limitBytes: number;
  /** The span over which a host must send at least 1 KiB a second on average, in milliseconds; default 60 s. */
  paceSpanMs?: number;
  signal: AbortSignal;
}

/** Marks a signed URL that has died; a fresh one comes from another look at the history (history.md). */
export const urlExpired = "url_expired";

const expiredStatuses: ReadonlySet<number> = new Set([403, 404, 410]);
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 3;
const headersTimeoutMs = 30_000;
const bodyTimeoutMs = 60_000;
const defaultPaceSpanMs = 60_000;
// Hosts that send a byte a minute would otherwise hold the few places of downloads for ever.
const slowestBytesPerMs = 1024 / 1000;

/**
 * Streams a URL into an open file and gives its length. Throws `unexpected_response` (reason `url_expired` for
 * 403, 404, 410; `url_refused` for a host or scheme that is not allowed), `payload_too_large`,
 * `upstream_unavailable`, or `connection_failed` (also for a host that sends too slowly).
 */
export async function download(
  url: string,
  file: FileHandle,
  options: DownloadOptions,
): Promise<number> {
  let target = checkUrl(url, options.allowLoopback);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await send(target, options);
    const location = response.headers["location"];
    if (redirectStatuses.has(response.statusCode) && typeof location === "string") {
      await response.body.dump();
      target = checkUrl(URL.parse(location, target)?.href ?? "", options.allowLoopback);
      continue;
    }
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw statusError(response.statusCode);
    }
    return await writeBody(response, file, options);
  }
  throw new JimengError("unexpected_response", "The result's URL redirects too often.", {
    charged: "yes",
  });
}

async function send(
  target: URL,
  { dispatcher, signal }: DownloadOptions,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(target, {
      dispatcher,
      signal,
      // A picture gains nothing by compression; some hosts do it all the same when not told.
      headers: { "accept-encoding": "identity" },
      headersTimeout: headersTimeoutMs,
      bodyTimeout: bodyTimeoutMs,
    });
  } catch (cause) {
    if (isRefusedAddress(cause)) throw refused("its name leads to no public address");
    throw connectionError(cause);
  }
}

async function writeBody(
  response: Dispatcher.ResponseData,
  file: FileHandle,
  { limitBytes, paceSpanMs = defaultPaceSpanMs }: DownloadOptions,
): Promise<number> {
  // Giving a body up makes it emit an error, which would end the process if nobody listened.
  response.body.on("error", () => {});
  const declared = Number(response.headers["content-length"] ?? 0);
  if (declared > limitBytes) {
    response.body.destroy();
    throw tooLarge(limitBytes);
  }
  const encoding = String(response.headers["content-encoding"] ?? "identity").toLowerCase();
  const content = decoded(response.body, encoding);
  let bytes = 0;
  let span = { beganAt: performance.now(), bytes: 0 };
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  for (;;) {
    // Only the network's own failure is the network's: a full disk below must keep its name.
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
    await file.writeFile(next.value);
    span.bytes += next.value.byteLength;
    const spanMs = performance.now() - span.beganAt;
    if (spanMs < paceSpanMs) continue;
    if (span.bytes < spanMs * slowestBytesPerMs) {
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

/** Undoes the compression of a host that compresses unasked; what is written stays within the same limit. */
function decoded(body: Readable, encoding: string): Readable {
  const decoder = decoders[encoding]?.();
  if (decoder === undefined) return body;
  decoder.on("error", () => {});
  body.on("error", (cause) => decoder.destroy(cause));
  return body.pipe(decoder);
}

/** Checks a URL that the upstream handed out. Throws `unexpected_response` (reason `url_refused`). */
export function checkUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "")
    throw refused("it is not a plain URL");
  const host = toBareHost(url.hostname);
  if (isLoopbackHost(host)) {
    if (allowLoopback && (url.protocol === "http:" || url.protocol === "https:")) return url;
    throw refused("it points at this machine");
  }
  if (url.protocol !== "https:") throw refused("it is not https");
  // Addresses are judged here, names when they are resolved (url-guard.ts).
  if (isIP(host) !== 0 && !isPublicAddress(host)) {
    throw refused("it points into a private network");
  }
  return url;
}

function refused(why: string): ExpectedError {
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
