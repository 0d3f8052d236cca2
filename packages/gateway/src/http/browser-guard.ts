// Refuses requests that a foreign web page makes a browser send.

import { isLoopbackHost } from "@jimeng/sdk";
import type { IncomingHttpHeaders } from "node:http";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";

/** The names and origins that are ours. */
export interface GuardRules {
  /** True when callers present a credential: a page cannot act in the user's name without it. */
  credentialNeeded: boolean;
  boundHost: string;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  publicUrl: string | null;
}

/**
 * Returns the `forbidden` error of a request that must not be served, or undefined. Without credentials the Host
 * must be ours (else DNS rebinding lets any page in), and so must an Origin or the page of a cross-site fetch (else
 * any page could spend the owner's credits). With credentials only JIMENG_ALLOWED_HOSTS is checked, where it is set.
 */
export function checkOrigin(
  headers: IncomingHttpHeaders,
  rules: GuardRules,
): ExpectedError | undefined {
  const host = (headers.host ?? "").toLowerCase();
  if (!rules.credentialNeeded || rules.allowedHosts.length > 0) {
    if (!isOwnHost(host, rules)) return toHostError();
  }
  if (rules.credentialNeeded) return undefined;
  const { origin } = headers;
  if (origin !== undefined) {
    return isOwnOrigin(origin, host, rules) ? undefined : toOriginError();
  }
  // Images and links send no Origin; their Referer, which no page can forge, may name an allowed one.
  if (headers["sec-fetch-site"] === "cross-site") {
    const referer = toOrigin(headers.referer ?? "");
    return rules.allowedOrigins.includes(referer) ? undefined : toOriginError();
  }
  return undefined;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Returns the `forbidden` error of a request that changes something in the name of a browser's sign-in and does not come
 * from our own page, or undefined. Pages of other ports of the same host are another origin, but send the cookie, too.
 */
export function checkSignInOrigin(
  { method, headers }: { method: string; headers: IncomingHttpHeaders },
  rules: GuardRules,
): ExpectedError | undefined {
  if (safeMethods.has(method)) return undefined;
  const own = { ...rules, allowedOrigins: [] };
  const { origin = "", host = "" } = headers;
  return isOwnOrigin(origin, host.toLowerCase(), own) ? undefined : toSignInOriginError();
}

function isOwnHost(host: string, rules: GuardRules): boolean {
  const name = host.replace(/:\d+$/, "");
  return (
    name !== "" &&
    (isLoopbackHost(name) ||
      name === rules.boundHost.toLowerCase() ||
      name === `[${rules.boundHost.toLowerCase()}]` ||
      rules.allowedHosts.includes(name) ||
      (rules.publicUrl !== null && name === new URL(rules.publicUrl).hostname))
  );
}

function isOwnOrigin(text: string, host: string, rules: GuardRules): boolean {
  const origin = text.toLowerCase();
  if (rules.allowedOrigins.includes(origin)) return true;
  if (rules.publicUrl !== null && origin === new URL(rules.publicUrl).origin) return true;
  return origin === toOrigin(`http://${host}`) || origin === toOrigin(`https://${host}`);
}

function toOrigin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "";
}

function toHostError(): ExpectedError {
  return new ServiceError("forbidden", "The Host header does not name this gateway.", {
    param: "host",
    fix: "Call it as 127.0.0.1 or localhost, or add the name to JIMENG_ALLOWED_HOSTS.",
  });
}

function toSignInOriginError(): ExpectedError {
  return new ServiceError(
    "forbidden",
    "A sign-in changes things only from the gateway's own page.",
    {
      param: "origin",
      fix: "Programs send a key as Authorization: Bearer <key>; behind a proxy set JIMENG_PUBLIC_URL to what browsers open.",
    },
  );
}

function toOriginError(): ExpectedError {
  return new ServiceError("forbidden", "A web page of another origin may not use this gateway.", {
    param: "origin",
    fix: "Add the page's origin to JIMENG_ALLOWED_ORIGINS, or set JIMENG_API_KEYS.",
  });
}
