// Says which addresses count as one client.

import ipaddr from "ipaddr.js";

const networkGroups = 4;

/** Returns what one client's addresses have in common: an IPv4 address, or the 64-bit network of an IPv6 address. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return parsed.parts.slice(0, networkGroups).join(":");
}
