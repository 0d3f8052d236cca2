// The script that shows an OpenAPI document. Loaded with the first request for it.

import viewer from "@scalar/fastify-api-reference";
import { fastify } from "fastify";

/** Returns the script's text; the package serves it from its own memory and has no file of it. */
export async function readViewer(): Promise<string> {
  const app = fastify();
  await app.register(viewer, { routePrefix: "/docs", configuration: { url: "/openapi.json" } });
  const { body } = await app.inject("/docs/js/scalar.js");
  await app.close();
  // The package carries no source map.
  return body.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n");
}
