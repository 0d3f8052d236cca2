// Ends a server's connections at close: those without a request at once, the others after a grace period.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

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
    response.once("close", () => {
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
