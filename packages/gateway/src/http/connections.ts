// Ends a server's connections: in peace, once their requests are answered, and at close, those without a request at once
// and the others after a grace period.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { whenClosed } from "./answers/when-closed.ts";

// Enough for an answer that is being written; a large download is cut, and its client requests the rest.
const graceMs = 2000;

/**
 * Returns the function that ends a server's connections. Node counts a connection as idle only after its first
 * request, so one that a browser or client opened in advance would keep a closing server open for a minute.
 */
export function trackConnections(server: Server): () => void {
  const withoutRequest = new Set<Socket>();
  let closing = false;
  server.on("connection", (socket) => {
    withoutRequest.add(socket);
    socket.once("close", () => withoutRequest.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    withoutRequest.delete(socket);
    whenClosed(response, () => {
      if (closing) socket.end();
      else if (!socket.destroyed) withoutRequest.add(socket);
    });
  });
  return () => {
    closing = true;
    for (const socket of withoutRequest) socket.destroy();
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    timer.unref();
    server.once("close", () => clearTimeout(timer));
  };
}

/**
 * Returns the function that makes a server accept no connection any more and waits until the requests that it has are
 * answered, for so long at most.
 */
export function trackAnswers(server: Server): (limitMs: number) => Promise<void> {
  const open = new Set<ServerResponse>();
  let isDraining = false;
  let allAnswered: () => void = () => undefined;
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    open.add(response);
    whenClosed(response, () => {
      open.delete(response);
      if (!isDraining) return;
      // A proxy that keeps the connection would send its next request here.
      socket.end();
      if (open.size === 0) allAnswered();
    });
  });
  return async (limitMs) => {
    isDraining = true;
    const answered = new Promise<void>((resolve) => (allAnswered = resolve));
    server.close();
    if (open.size === 0) return;
    const late = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([answered, limit]);
    late.abort();
  };
}
