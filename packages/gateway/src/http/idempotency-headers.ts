// What a request says of being a repetition, and telling the engine what became of its answer (contracts 9).

import type { Socket } from "node:net";

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import type { SubmittedJobs, IdempotencyContext } from "../jobs/job.ts";
import { hasHungUp, toDisconnectSignal } from "./waiting.ts";

const longestKey = 255;
// Whoever closes a connection with unread bytes in it resets it, at once.
const resetWithinMs = 2000;
const keyPattern = /^[\u0020-\u007e]+$/;

/** Reads the idempotency of a request. Throws `invalid_request` for an Idempotency-Key that is none. */
export function toIdempotencyContext(
  request: FastifyRequest,
  reply: FastifyReply,
  wish: { requestHash: string; join: boolean | null | undefined; keyId?: string | null },
): IdempotencyContext {
  const { requestHash, join, keyId = request.caller.keyId } = wish;
  const repeats = Number(request.headers["x-stainless-retry-count"] ?? 0) > 0;
  return {
    keyId,
    requestHash,
    key: toKey(request.headers["idempotency-key"]),
    join: join === false ? "never" : repeats ? "any" : "undelivered",
    gone: reply.raw.destroyed ? AbortSignal.abort() : toDisconnectSignal(reply),
  };
}

/**
 * Throws `cancelled` for a caller who has left: the request lay unread while this process was busy or stood still, and
 * may have been answered elsewhere by now.
 */
export async function refuseHungUp(request: FastifyRequest): Promise<void> {
  if (await hasHungUp(request))
    throw new JimengError("cancelled", "The caller has left.", { charged: "no" });
}

function toKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const key = [header].flat().join(",").trim();
  if (key.length <= longestKey && keyPattern.test(key)) return key;
  throw new JimengError("invalid_request", "The Idempotency-Key is empty, too long or not ASCII.", {
    param: "Idempotency-Key",
    fix: `Send 1 to ${longestKey} printable characters, such as a UUID, or leave the header out.`,
  });
}

/** Says on the answer where it comes from, and tells the engine when it went out or its caller was lost. */
export function followAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  order: SubmittedJobs,
): void {
  const { raw } = reply;
  if (order.outcome === "joined") void reply.header("x-jimeng-joined", order.jobs[0].id);
  if (order.outcome === "replayed") void reply.header("idempotent-replayed", "true");
  const report = (error: unknown): void =>
    request.log.error({ err: error }, "It could not be written down what became of an answer.");
  const lost = (): void => void order.responseLost().catch(report);
  if (raw.destroyed) {
    lost();
    return;
  }
  raw.once("finish", () => {
    void order.answered().catch(report);
    onReset(request.raw.socket, () => void order.discarded().catch(report));
  });
  raw.once("close", lost);
}

// Is what listens for the end of each connection's last answer. One connection, one listener: who asks again on it
// has read what came before, and a busy connection must not gather listeners.
const lastListeners = new WeakMap<Socket, (hadError: boolean) => void>();

/** Calls back when the other side throws away what was just written to it. */
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
