// Serves the metrics on a port of their own, without a key.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { ServiceError } from "../errors.ts";
import type { Exposition } from "./exposition.ts";

/** Serves metrics. */
export interface MetricsServer {
  /** Where they are. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the server works with. */
export interface MetricsServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  scrape(accept: string | undefined): Promise<Exposition>;
}

/** Starts the server. Throws `conflict` or `invalid_request` in one line when it cannot listen there. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, scrape } = options;
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    if (method !== "GET" || url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("Only GET /metrics is here.\n");
      return;
    }
    scrape(headers.accept).then(
      ({ contentType, text }) => {
        response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
        response.end(text);
      },
      () => {
        response.writeHead(500, { "content-type": "text/plain" }).end("The scrape failed.\n");
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(toListenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${address.port}/metrics`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function toListenError(error: Error, host: string, port: number): Error {
  const code = "code" in error ? String(error.code) : "unknown";
  const isTaken = code === "EADDRINUSE";
  const message = `JIMENG_METRICS_PORT: cannot listen on port ${port} on ${host} (${code}).`;
  return new ServiceError(isTaken ? "conflict" : "invalid_request", message, {
    param: "JIMENG_METRICS_PORT",
    fix: "Set JIMENG_METRICS_PORT to a free port above 1023 (0 takes one), or remove it.",
    cause: error,
  });
}
