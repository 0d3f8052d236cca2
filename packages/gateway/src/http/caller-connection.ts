// Tells the making of jobs what becomes of the connection of the caller and of its answer.

import type { Socket } from "node:net";

import type { FastifyReply, FastifyRequest } from "fastify";

import type { CallerConnection } from "../submission/connection.ts";
import { whenClosed } from "./answers/when-closed.ts";
import { hasHungUp, toDisconnectSignal } from "./waiting.ts";

// A client that closes a connection with unread bytes in it resets it at once.
const resetWithinMs = 2000;

/** Returns the connection of a request's caller. */
export function toCallerConnection(request: FastifyRequest, reply: FastifyReply): CallerConnection {
  const { raw } = reply;
  const run = (listener: () => Promise<void>): void => {
    listener().catch((error: unknown) => {
      request.log.error({ err: error }, "Failed to record what became of an answer.");
    });
  };
  return {
    gone: raw.destroyed ? AbortSignal.abort() : toDisconnectSignal(reply),
    isOpen: async () => !(await hasHungUp(request)),
    answered: (listener) => void raw.once("finish", () => run(listener)),
    responseLost(listener) {
      if (raw.destroyed) run(listener);
      else whenClosed(raw, () => run(listener));
    },
    discarded: (listener) =>
      void raw.once("finish", () => onReset(request.raw.socket, () => run(listener))),
  };
}

// The listener for the end of each connection's last answer. There is one per connection: a client that asks again
// on it has read the earlier answers, and a busy connection must not collect listeners.
const lastListeners = new WeakMap<Socket, (hadError: boolean) => void>();

/** Calls back when the other side discards what was just written to it. */
function onReset(socket: Socket, callback: () => void): void {
  const onClose = (hadError: boolean): void => {
    if (hadError) callback();
  };
  const before = lastListeners.get(socket);
  if (before !== undefined) socket.off("close", before);
  lastListeners.set(socket, onClose);
  socket.once("close", onClose);
  setTimeout(() => socket.off("close", onClose), resetWithinMs).unref();
}
