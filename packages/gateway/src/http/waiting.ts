// Decides how long a request waits: the Prefer header, and the caller's connection.

import { setImmediate } from "node:timers/promises";

import type { FastifyReply, FastifyRequest } from "fastify";

import { whenClosed } from "./answers/when-closed.ts";

/** What a Prefer header asks for (RFC 7240); `waitMs` is undefined for "as long as it takes". */
export interface Preference {
  respondAsync: boolean;
  waitMs: number | undefined;
  /** Whether blanks may come before the JSON (our own word). */
  heartbeat: boolean;
}

/** Reads `respond-async`, `wait=<seconds>` and `heartbeat`; anything else is ignored, as the RFC says. */
export function parsePrefer(header: string | string[] | undefined): Preference {
  const tokens = [header ?? []]
    .flat()
    .flatMap((value) => value.split(/[,;]/))
    .map((token) => token.trim().toLowerCase());
  const wait = tokens.map((token) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(token)?.[1]).find(Boolean);
  return {
    respondAsync: tokens.includes("respond-async"),
    heartbeat: tokens.includes("heartbeat"),
    waitMs: wait === undefined ? undefined : Number(wait) * 1000,
  };
}

const disconnectSignals = new WeakMap<FastifyReply, AbortSignal>();

/** Returns a signal that is aborted when the caller is gone before the answer was sent; one for each answer. */
export function toDisconnectSignal(reply: FastifyReply): AbortSignal {
  const known = disconnectSignals.get(reply);
  if (known !== undefined) return known;
  const signal = abortWhenGone(reply, () => new Error("The caller is gone."));
  disconnectSignals.set(reply, signal);
  return signal;
}

/** Returns a signal as `toDisconnectSignal` does, with a reason that is made when it is needed: an error holds the stack of where it was made. */
export function abortWhenGone(reply: FastifyReply, toReason: () => Error): AbortSignal {
  const controller = new AbortController();
  whenClosed(reply.raw, () => {
    if (!reply.raw.writableFinished) controller.abort(toReason());
  });
  return controller.signal;
}

/**
 * Returns whether the caller has hung up, also where only the operating system knows it yet: after this process was
 * busy or paused, an answer would be written to a closed connection and be taken for delivered.
 */
export async function hasHungUp({ raw: { socket } }: FastifyRequest): Promise<boolean> {
  // The first turn may end a poll of the sockets that began before this call; the second polls them anew.
  await setImmediate();
  await setImmediate();
  return socket.destroyed || socket.readableEnded;
}
