// The guard against server-side request forgery: which addresses may be connected to for URLs of unknown origin.

import { isLoopbackHost } from "@jimeng/sdk";
import { lookup as lookupBySystem } from "node:dns";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";

import ipaddr from "ipaddr.js";
import type { Dispatcher } from "undici";

import { createTunnelAgent } from "./proxy-tunnel.ts";
import { lazyDispatcher, loadUndici } from "./undici.ts";

/** Thrown inside a connection attempt for an address that is not public. */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
  readonly code = "JIMENG_REFUSED_ADDRESS";
}

/** Tells whether a connection failed because the guard refused it. */
export function isRefusedAddress(cause: unknown): boolean {
  if (cause instanceof RefusedAddress) return true;
  // An attempt at several addresses wraps its failures.
  if (cause instanceof AggregateError) return cause.errors.some(isRefusedAddress);
  return cause instanceof Error && cause.cause !== undefined && isRefusedAddress(cause.cause);
}

// All of IPv6 that is routed on the public Internet today; the rest is reserved, local or a tunnel.
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
// Azure's host agent answers on a public address with the machine's secrets.
const metadataAddresses: ReadonlySet<string> = new Set(["168.63.129.16"]);

/**
 * Tells whether an IP address (brackets allowed) is one of the public Internet: not loopback, private, link-local,
 * carrier-grade NAT, multicast or reserved, and no IPv6 form that leads to an IPv4 address (mapped, 6to4, NAT64).
 */
export function isPublicAddress(address: string): boolean {
  const bare = toBareHost(address);
  if (isIP(bare) === 0) return false;
  const parsed = ipaddr.parse(bare);
  if (parsed.range() !== "unicast" || metadataAddresses.has(parsed.toString())) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

// A local proxy in "fake-ip" mode (such as Clash or Surge) answers every name with an address of this range, which
// RFC 2544 reserves for benchmarks, and connects to the real host itself.
const localProxyRange = ipaddr.IPv4.parseCIDR("198.18.0.0/15");

function isLocalProxyAddress(address: string): boolean {
  return ipaddr.IPv4.isValid(address) && ipaddr.IPv4.parse(address).match(localProxyRange);
}

/** Returns a URL's host name in lower case, without brackets and final dot. */
export function toBareHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
}

/** Returns why a URL must not be called; undefined when it may be. Names are checked when they are resolved. */
export function refusalOf(url: URL, allowPrivate: boolean): string | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "it is neither http nor https";
  if (url.username !== "" || url.password !== "") return "it carries a user name or password";
  if (allowPrivate) return undefined;
  // The URL parser has already turned 2130706433, 0x7f.1 and the like into dotted addresses.
  const host = toBareHost(url.hostname);
  if (isLoopbackHost(host)) return "it points at this machine";
  if (isIP(host) !== 0 && !isPublicAddress(host))
    return "it points at an address that is not public";
  return undefined;
}

/** Resolves a name. The address that is checked is the one that is connected to, which prevents DNS rebinding. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

const resolveBySystem: Resolve = (hostname, done) =>
  lookupBySystem(hostname, { all: true }, (error, addresses) => done(error, addresses ?? []));

/** Makes a `lookup` for sockets that returns public addresses only, and loopback names where they are allowed. */
export function createGuardedLookup(
  options: Pick<GuardOptions, "allowLoopbackNames" | "allowLocalProxy" | "resolve"> = {},
): LookupFunction {
  const resolve = options.resolve ?? resolveBySystem;
  return (hostname, lookupOptions, callback) => {
    resolve(hostname, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const keepsLoopback = options.allowLoopbackNames === true && isLoopbackHost(hostname);
      const family = Number(lookupOptions.family ?? 0);
      const wanted = found.filter((each) => family === 0 || each.family === family);
      const allowed = keepsLoopback
        ? wanted
        : wanted.filter(
            ({ address }) =>
              isPublicAddress(address) ||
              (options.allowLocalProxy === true && isLocalProxyAddress(address)),
          );
      const [first] = allowed;
      if (first === undefined) {
        callback(new RefusedAddress("The name leads to no public address."), []);
      } else if (lookupOptions.all === true) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

/** What a guarded client allows. */
export interface GuardOptions {
  /** Allows every address, for owners whose references are in their own network. */
  allowPrivate?: boolean;
  /** Allows loopback names; the caller has checked them already. */
  allowLoopbackNames?: boolean;
  /** Allows names that a local proxy in fake-ip mode resolves; only for https, whose certificate proves the host. */
  allowLocalProxy?: boolean;
  /** The URL of an HTTP proxy that every connection goes through; addresses are resolved and judged here all the same. */
  proxy?: string;
  resolve?: Resolve;
}

/** Makes an HTTP client that connects to public addresses only; close it when done. */
export function createGuardedAgent(options: GuardOptions = {}): Dispatcher {
  return lazyDispatcher(() => buildGuardedAgent(options));
}

function buildGuardedAgent(options: GuardOptions): Dispatcher {
  const { Agent } = loadUndici();
  const { proxy } = options;
  const lookup = options.allowPrivate === true ? lookupBySystem : createGuardedLookup(options);
  const agent =
    proxy === undefined ? new Agent({ connect: { lookup } }) : createTunnelAgent(proxy, lookup);
  if (options.allowPrivate === true) return agent;
  // Sockets call `lookup` for names only: addresses in the URL itself are checked here.
  return agent.compose((dispatch) => (request, handler) => {
    const refusal = refusalOf(new URL(String(request.origin)), false);
    const isAllowedLoopback =
      options.allowLoopbackNames === true &&
      isLoopbackHost(toBareHost(new URL(String(request.origin)).hostname));
    if (refusal === undefined || isAllowedLoopback) return dispatch(request, handler);
    throw new RefusedAddress(`The URL is refused: ${refusal}.`);
  });
}
