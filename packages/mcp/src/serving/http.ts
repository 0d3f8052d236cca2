// Serves MCP over HTTP: one server for each request, with the credential that the request brought. The tools call the
// gateway's public routes with it, so that a caller may do here what it may do there.

import { createHash } from "node:crypto";

import { GatewayClient } from "@jimeng/gateway/api/client";
import { createMcpHandler } from "@modelcontextprotocol/server";

import type { Face } from "../face.ts";
import type { GatewayAccess } from "../gateway-access.ts";
import { Spending } from "../spending/spending.ts";
import type { SpendingLimits } from "../spending/spending.ts";
import { LatestCalls } from "../waiting/latest-calls.ts";
import { Deliveries } from "./deliveries.ts";
import { buildServer } from "./server.ts";

/** What the handler works with. */
export interface HttpOptions {
  version: string;
  limits: SpendingLimits;
  /** The secret that the nodes of a cluster share; null for one of this process. */
  secret: string | null;
  /** Aborted when the gateway closes. */
  closing: AbortSignal;
}

/** One request, read by the server that received it. */
export interface HttpRequest {
  method: string;
  /** The address as the caller sees it. */
  url: string;
  headers: Headers;
  /** The parsed JSON body. */
  body: unknown;
  /** Where the gateway itself is reached from this process. */
  gatewayUrl: string;
  /** Aborted when the connection closes before the answer was written. */
  gone: AbortSignal;
}

/** An answer, and what to call once it was written to its end. */
export interface HttpAnswer {
  response: Response;
  written(): void;
}

/** Answers the requests of /mcp. */
export interface HttpFace {
  handle(request: HttpRequest): Promise<HttpAnswer>;
}

const progressEveryMs = 10_000;
const keepAliveMs = 10_000;

/** Makes the handler of a gateway. */
export function createHttpFace(options: HttpOptions): HttpFace {
  const spending = new Spending(options.limits, options.secret);
  const calls = new LatestCalls();
  return {
    async handle(request) {
      const deliveries = new Deliveries();
      const face = toFace(options, request, { spending, calls, deliveries });
      const { version } = options;
      const onlyTool = readCalledTool(request.body);
      const handler = createMcpHandler(({ era }) => buildServer(face, { version, era, onlyTool }), {
        legacy: "stateless",
        responseMode: "auto",
        keepAliveMs,
      });
      const { method, url, headers, gone } = request;
      const response = await handler.fetch(new Request(url, { method, headers, signal: gone }), {
        parsedBody: request.body,
      });
      return { response, written: () => deliveries.allWritten() };
    },
  };
}

function toFace(
  { closing }: HttpOptions,
  { headers, gatewayUrl, url }: HttpRequest,
  {
    spending,
    calls,
    deliveries,
  }: { spending: Spending; calls: LatestCalls; deliveries: Deliveries },
): Face {
  const credential = readCredential(headers);
  const { origin } = new URL(url);
  const client = new GatewayClient({ baseUrl: gatewayUrl, key: credential });
  const gateway: GatewayAccess = { client, recover: () => Promise.resolve(false) };
  return {
    transport: "http",
    gateway,
    caller: createHash("sha256")
      .update(credential ?? "")
      .digest("base64url"),
    spending,
    calls,
    localFiles: null,
    // The gateway answers its own requests with the address by which they came.
    shownAddress: (address) =>
      address.startsWith(`${gatewayUrl}/`) ? origin + address.slice(gatewayUrl.length) : address,
    progressEveryMs,
    closing,
    onDelivered: (id, callback) => deliveries.add(id, callback),
  };
}

/** Returns the name of the tool that a body calls; undefined for every other body. */
function readCalledTool(body: unknown): string | undefined {
  const { method, params } = (body ?? {}) as { method?: unknown; params?: { name?: unknown } };
  const name = params?.name;
  return method === "tools/call" && typeof name === "string" ? name : undefined;
}

function readCredential(headers: Headers): string | undefined {
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.get("authorization") ?? "")?.[1]?.trim();
  return bearer ?? headers.get("x-api-key") ?? undefined;
}
