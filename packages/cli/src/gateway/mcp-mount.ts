// Puts MCP on a gateway: /mcp. The MCP SDK is loaded by the first request.

import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import type { Config, GatewayOptions } from "@jimeng/gateway";
import type { HttpFace } from "@jimeng/mcp";

/** A plugin of a gateway. */
type Mount = NonNullable<GatewayOptions["mounts"]>[number];

const maxRequestBytes = 1024 * 1024;

// It is no route of the API's document.
const hidden: object = { hide: true };

/** Makes the mount of a gateway with these settings. */
export function createMcpMount({ mcp, secretKey, publicUrl }: Config, version: string): Mount {
  return async (app) => {
    const closing = new AbortController();
    let face: Promise<HttpFace> | undefined;
    const load = (): Promise<HttpFace> =>
      (face ??= import("@jimeng/mcp").then((module) =>
        module.createHttpFace({
          version,
          limits: mcp,
          secret: secretKey,
          closing: closing.signal,
        }),
      ));
    app.addHook("preClose", (done) => {
      closing.abort();
      done();
    });
    app.route({
      method: ["GET", "POST", "DELETE"],
      url: "/mcp",
      config: { scope: "read" },
      bodyLimit: maxRequestBytes,
      schema: hidden,
      async handler(request, reply) {
        const gone = new AbortController();
        reply.raw.once("close", () => gone.abort());
        const base = publicUrl ?? `${request.protocol}://${request.host}`;
        const { response, written } = await (
          await load()
        ).handle({
          method: request.method,
          url: `${base}/mcp`,
          headers: toHeaders(request.headers),
          body: request.body,
          gatewayUrl: toOwnUrl(app.server.address()),
          gone: gone.signal,
        });
        reply.raw.once("finish", written);
        return await reply.send(response);
      },
    });
  };
}

/** Returns where the gateway is reached from its own process. */
function toOwnUrl(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string")
    throw new Error("The gateway does not listen.");
  const { family, port } = address;
  const isAny = address.address === "0.0.0.0" || address.address === "::";
  const host = isAny ? "127.0.0.1" : family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${port}`;
}

function toHeaders(headers: IncomingHttpHeaders): Headers {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((text): [string, string] => [name, text]),
  );
  return new Headers(entries.filter(([name]) => !name.startsWith(":")));
}
