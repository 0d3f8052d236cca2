// Where the gateway is: the page names the path below which it is served.

const baseUrl = globalThis.document?.baseURI ?? "http://127.0.0.1:5100/";

/** The gateway's address, without a final slash. */
export const gatewayUrl: string = new URL(".", baseUrl).href.replace(/\/$/, "");

/** The path of the gateway on its host, without a final slash; empty for the root. */
export const basePath: string = new URL(gatewayUrl).pathname.replace(/\/$/, "");

/**
 * Returns the address of one of the gateway's files as the page's own host serves it. Answers name the host that the
 * gateway is told of, which may be another.
 */
export function ownUrl(url: string, parameters: Record<string, string> = {}): string {
  const { pathname, search } = new URL(url, `${gatewayUrl}/`);
  const start = pathname.indexOf("/v1/");
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  const path = start === -1 ? pathname : `${basePath}${pathname.slice(start)}`;
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Returns the address of an asset's thumbnail. */
export function thumbnailUrl(url: string): string {
  return ownUrl(url, { variant: "thumbnail" });
}
