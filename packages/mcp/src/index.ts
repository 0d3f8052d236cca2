// What @jimeng/mcp exports. It loads the MCP SDK only with the first call: whoever starts a gateway does not wait for it.

import type { HttpFace, HttpOptions } from "./serving/http.ts";
import type { StdioOptions } from "./serving/stdio.ts";

export type { GatewayAccess } from "./gateway-access.ts";
export type { HttpFace, HttpOptions, HttpRequest } from "./serving/http.ts";
export type { StdioOptions } from "./serving/stdio.ts";

/** Serves MCP over standard streams until the host closes them. */
export async function serveOverStdio(options: StdioOptions): Promise<void> {
  const serving = await import("./serving/stdio.ts");
  await serving.serveOverStdio(options);
}

/** Makes the handler of a gateway's /mcp. */
export async function createHttpFace(options: HttpOptions): Promise<HttpFace> {
  const serving = await import("./serving/http.ts");
  return serving.createHttpFace(options);
}
