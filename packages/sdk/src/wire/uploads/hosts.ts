// Checks the hosts that the upstream names for uploads: each is hostile input until it has passed here.

import { isLoopbackHost, isPublicHost } from "../../hosts.ts";

const hostPattern = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i;
// Labels of a DNS name; the last one begins with a letter, so that no spelling of an address fits.
const namePattern = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]{0,61}[a-z\d]$/i;
const maxNameLength = 253;

/** Returns the origin of a host that takes bytes: https on a public host, http on loopback where that is allowed; else undefined. */
export function toUploadOrigin(host: string, allowsLoopback: boolean): string | undefined {
  if (!hostPattern.test(host) || !URL.canParse(`https://${host}`)) return undefined;
  const { hostname } = new URL(`https://${host}`);
  if (isLoopbackHost(hostname)) return allowsLoopback ? `http://${host}` : undefined;
  return isPublicHost(hostname) ? `https://${host}` : undefined;
}

/**
 * Returns the origin of the host that a token names for apply and commit (upload-token.md): https on a public DNS name
 * without a port, http on loopback where that is allowed; undefined for anything else.
 */
export function toServiceOrigin(domain: string, allowsLoopback: boolean): string | undefined {
  const origin = toUploadOrigin(domain, allowsLoopback);
  const isName = domain.length <= maxNameLength && namePattern.test(domain);
  return isName || origin?.startsWith("http:") ? origin : undefined;
}
