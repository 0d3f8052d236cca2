// Refuses control requests that a foreign web page makes a browser send.

import { isIPv4 } from "node:net";

/** What the guard reads of a request. */
export interface GuardedRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The address at which the connection arrived, as the socket tells it. */
  localAddress: string | undefined;
  hasBody: boolean;
}

/** Why a control request is not served. */
export interface ControlRefusal {
  status: 403 | 415;
  error: string;
}

const foreignHost: ControlRefusal = {
  status: 403,
  error: "The Host header does not name this simulator: call it as 127.0.0.1 or localhost.",
};
const foreignPage: ControlRefusal = {
  status: 403,
  error: "A web page of another origin may not control the simulator.",
};
const notJson: ControlRefusal = {
  status: 415,
  error: "Send the body as JSON, with content-type: application/json.",
};

/**
 * Returns the refusal of a control request, or undefined. The Host must be a loopback name or the bound address,
 * because DNS rebinding gives a page's own name the address of this machine. An Origin must be ours and a fetch must
 * not be cross-site. A body must be declared as JSON: no page can send that to another origin without a preflight.
 */
export function refuseControl(
  request: GuardedRequest,
  boundHost: string,
): ControlRefusal | undefined {
  const host = textOf(request, "host").toLowerCase();
  if (!isOwnHost(host, [boundHost, request.localAddress ?? ""])) return foreignHost;
  const { origin } = request.headers;
  const isOwnOrigin = origin === `http://${host}` || origin === `https://${host}`;
  const isCrossSite = textOf(request, "sec-fetch-site") === "cross-site";
  if (origin === undefined ? isCrossSite : !isOwnOrigin) return foreignPage;
  return request.hasBody && !isJson(textOf(request, "content-type")) ? notJson : undefined;
}

function textOf({ headers }: GuardedRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

function isJson(contentType: string): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType.trim());
}

function isOwnHost(host: string, boundAddresses: string[]): boolean {
  const name = host.replace(/:\d+$/, "");
  if (isLoopbackName(name)) return true;
  return boundAddresses.some((bound) => {
    // A socket that takes both versions of IP names an IPv4 address in the form of IPv6.
    const address = bound.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
    return address !== "" && (name === address || name === `[${address}]`);
  });
}

function isLoopbackName(name: string): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  return isIPv4(name) && name.startsWith("127.");
}
