// Starts the HTTP server, and says in one line why it cannot listen.

import type { AddressInfo } from "node:net";

import { JimengError } from "@jimeng/sdk";
import type { FastifyInstance } from "fastify";

import type { Config } from "../config/config.ts";
import { ServiceError } from "../errors.ts";

/** Listens where the configuration says; returns the URL. Throws `conflict` in one line when the port is taken. */
export async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw toListenError(error, config);
  }
  const { port } = app.server.address() as AddressInfo;
  // A client cannot connect to a wildcard address; the loopback address is always one of those that it covers.
  const host = config.host === "0.0.0.0" ? "127.0.0.1" : config.host === "::" ? "::1" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function toListenError(error: unknown, config: Config): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `port ${config.port} on ${config.host}`;
  if (code === "EADDRINUSE") {
    return new ServiceError("conflict", `PORT: ${place} is already in use.`, {
      param: "PORT",
      fix: "Stop the program that uses it, or set PORT to another port (0 takes a free one).",
      cause: error,
    });
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new JimengError(
      "invalid_request",
      `HOST and PORT: cannot listen on ${place} (${code}).`,
      {
        param: code === "EACCES" ? "PORT" : "HOST",
        fix: "Set HOST to an address of this machine and PORT to one above 1023.",
        cause: error,
      },
    );
  }
  return error;
}
