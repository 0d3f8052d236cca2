// Tells which addresses the AI SDK's downloader accepts: https on a public host.

// Loopback, private, link-local, carrier-grade and "this network" addresses, as the AI SDK refuses them.
const privateV4 =
  /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const privateNames = /(^|\.)(localhost|local|internal|lan|home\.arpa)$/;

/** Tells whether a URL is https on a host that is not known to be private. */
export function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:") return false;
  const host = url.hostname.replace(/\.$/, "");
  if (host.startsWith("[")) return !/^\[(::|f[cd]|fe[89ab]|64:ff9b:)/i.test(host);
  return host.includes(".") && !privateV4.test(host) && !privateNames.test(host);
}
