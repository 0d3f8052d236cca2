// The refusal of requests that a foreign web page makes a browser send (design 6).

import { isLoopbackHost } from "@jimeng/sdk";
import type { IncomingHttpHeaders } from "node:http";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";

/** Says which names and origins are ours. */
export interface GuardRules {
  /** Tells whether callers present a credential: then a page cannot act in the user's name by itself. */
  credentialNeeded: boolean;
  boundHost: string;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  publicUrl: string | null;
}

/**
 * Gives the `forbidden` error of a request that must not be served, or undefined. Without credentials the
 * Host must be ours (else DNS rebinding lets any page in) and so must be an Origin or a cross-site fetch
 * (else any page spends the owner's credits); with credentials only the set JIMENG_ALLOWED_HOSTS counts.
 */
export function refuseForeign(
  headers: IncomingHttpHeaders,
  rules: GuardRules,
): ExpectedError | undefined {
  const host = (headers.host ?? "").toLowerCase();
  if (!rules.credentialNeeded || rules.allowedHosts.length > 0) {
    if (!isOwnHost(host, rules)) return refuseHost();
  }
  if (rules.credentialNeeded) return undefined;
  const { origin } = headers;
  if (origin !== undefined) {
    return isOwnOrigin(origin, host, rules) ? undefined : refuseOrigin();
  }
  // Images and links send no Origin; the Referer, which no page can forge, names an allowed one.
  if (headers["sec-fetch-site"] === "cross-site") {
    const referer = toOrigin(headers.referer ?? "");
    return rules.allowedOrigins.includes(referer) ? undefined : refuseOrigin();
  }
  return undefined;
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

function refuseHost(): ExpectedError {
  return new ServiceError("forbidden", "The Host header does not name this gateway.", {
    param: "host",
    fix: "Call it as 127.0.0.1 or localhost, or add the name to JIMENG_ALLOWED_HOSTS.",
  });
}

function refuseOrigin(): ExpectedError {
  return new ServiceError("forbidden", "A web page of another origin may not use this gateway.", {
    param: "origin",
    fix: "Add the page's origin to JIMENG_ALLOWED_ORIGINS, or set JIMENG_API_KEYS.",
  });
}
