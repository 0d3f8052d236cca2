// Reads which proxies may say who their clients are.

import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Returns the function that tells whether an address is one of the proxies: addresses, or networks such as 10.0.0.0/8. */
export function createProxyCheck(proxies: readonly string[]): (address: string) => boolean {
  const ranges = proxies.map(toRange);
  if (ranges.length === 0) return () => false;
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some(([network, bits]) => {
      if (parsed instanceof ipaddr.IPv4) {
        return network instanceof ipaddr.IPv4 && parsed.match(network, bits);
      }
      return network instanceof ipaddr.IPv6 && parsed.match(network, bits);
    });
  };
}

function toRange(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
