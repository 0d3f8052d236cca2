// Tells whether a host is this machine, and whether it can be on the public internet.

const maxOctet = 255;
const mappedPrefix = "::ffff:";
const loopbackNet = 0x7f;

/**
 * Tells whether a host (as in a URL or a Host header without its port; brackets and a final dot allowed) is this
 * machine by definition: `localhost` and names below it (RFC 6761), 127.0.0.0/8, ::1, and those mapped into IPv6.
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (isLoopbackV4(name)) return true;
  const bare = name.replace(/^\[(.*)\]$/, "$1");
  if (!bare.includes(":") || !URL.canParse(`http://[${bare}]/`)) return false;
  // The URL parser writes every spelling of an address in one way.
  const address = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  if (address === "::1") return true;
  if (!address.startsWith(mappedPrefix)) return false;
  const high = Number.parseInt(address.slice(mappedPrefix.length), 16);
  return high >> 8 === loopbackNet;
}

function isLoopbackV4(text: string): boolean {
  const octets = text.split(".");
  return (
    octets.length === 4 &&
    octets[0] === "127" &&
    octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= maxOctet)
  );
}

/**
 * Tells whether a host name can be on the public internet as far as its text shows: no literal address, no
 * local name. (What a name resolves to is checked where the connection is made.)
 */
export function isPublicHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  if (name.startsWith("[") || /^[\d.]+$/.test(name) || !name.includes(".")) return false;
  return !/\.(local|localhost|internal|home|lan|arpa)$/.test(name);
}
