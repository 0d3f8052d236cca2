// Opens the URLs of references and results, following redirects; every hop is judged before it is called.

import type { Dispatcher } from "undici";

import { loadUndici } from "./undici.ts";

/** How URLs are opened. */
export interface OpenUrlOptions {
  dispatcher: Dispatcher;
  signal: AbortSignal;
  /** Our own name: some hosts answer 403 to clients without one. */
  userAgent?: string;
  headers: Record<string, string>;
  headersTimeoutMs: number;
  bodyTimeoutMs: number;
  /** Returns the URL when it may be called, else throws; null stands for text that is no URL. */
  check(url: URL | null): URL;
}

/** An answer whose body is still to be read. */
export interface OpenedUrl {
  /** Where the redirects ended. */
  target: URL;
  response: Dispatcher.ResponseData;
}

/** Thrown for a URL that redirects too often. */
export class TooManyRedirects extends Error {
  override readonly name = "TooManyRedirects";
}

/** The name that is sent where no other is configured. */
export const defaultUserAgent = "jimeng-gateway";

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
// Share links of clouds redirect five times.
const maxRedirects = 8;

/**
 * Opens a URL, through at most 8 redirects. Throws what `check` throws, `TooManyRedirects`, and what the connection
 * throws.
 */
export async function openUrl(text: string, options: OpenUrlOptions): Promise<OpenedUrl> {
  const { dispatcher, signal, userAgent = defaultUserAgent, headers } = options;
  const { request } = loadUndici();
  let target = options.check(URL.parse(text));
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await request(target, {
      dispatcher,
      signal,
      headers: { "user-agent": userAgent, ...headers },
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
    });
    const location = locationOf(response);
    if (location === undefined) return { target, response };
    closeBody(response);
    target = options.check(URL.parse(location, target));
  }
  throw new TooManyRedirects("The URL redirects too often.");
}

/** Closes a connection whose body is not wanted. */
export function closeBody(response: Dispatcher.ResponseData): void {
  // Destroying a body makes it emit an error, which would end the process without a listener.
  response.body.on("error", () => undefined);
  response.body.destroy();
}

function locationOf(response: Dispatcher.ResponseData): string | undefined {
  if (!redirectStatuses.has(response.statusCode)) return undefined;
  const location = [response.headers["location"]].flat()[0];
  // Many hosts write UTF-8 as it is. The header's characters are its bytes; a browser encodes each.
  return location?.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
