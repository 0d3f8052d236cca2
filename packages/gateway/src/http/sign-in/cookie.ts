// The cookie of a signed-in browser: its name, its reading and its writing.

import type { IncomingHttpHeaders } from "node:http";

const name = "jimeng_sign_in";
// Browsers take a cookie of this prefix only over https, for the whole of one host.
const hostPrefix = "__Host-";
const tokenPattern = /^[\w-]{43}$/;
const msInSecond = 1000;

/** Returns the token in the cookies of a request; undefined without one. */
export function readSignInToken(headers: IncomingHttpHeaders): string | undefined {
  const { cookie } = headers;
  if (cookie === undefined || !cookie.includes(name)) return undefined;
  const own = cookieName(headers.host);
  let plain: string | undefined;
  for (const pair of cookie.split(";")) {
    const [key = "", value = ""] = pair.trim().split("=");
    if (!tokenPattern.test(value)) continue;
    // Another name below the same domain may plant a plain one, but none that is bound to this host.
    if (key === hostPrefix + own) return value;
    if (key === own) plain ??= value;
  }
  return plain;
}

/** Returns the Set-Cookie header of a token, or the one that removes it. No script reads it and no other site sends it. */
export function writeSignInCookie(
  host: string | undefined,
  { token, lifetimeMs, isSecure }: { token: string; lifetimeMs: number; isSecure: boolean },
): string {
  const key = isSecure ? hostPrefix + cookieName(host) : cookieName(host);
  const seconds = Math.max(0, Math.floor(lifetimeMs / msInSecond));
  const secure = isSecure ? "; Secure" : "";
  return `${key}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

/** Returns the cookie's name. Cookies know no ports: two gateways of one machine would take each other's. */
function cookieName(host: string | undefined): string {
  const port = /:(\d+)$/.exec(host ?? "")?.[1];
  return port === undefined ? name : `${name}_${port}`;
}
