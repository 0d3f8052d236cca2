// How long a request waits: the caller's connection, the Prefer header, the gateway's end.

import { setImmediate } from "node:timers/promises";

import type { FastifyReply, FastifyRequest } from "fastify";

/** What a Prefer header asks for (RFC 7240); waitMs is undefined for "as long as it takes". */
export interface Preference {
  respondAsync: boolean;
  waitMs: number | undefined;
}

/** Reads `Prefer: respond-async` and `Prefer: wait=<seconds>`; anything else is ignored, as the RFC says. */
export function parsePrefer(header: string | string[] | undefined): Preference {
  const tokens = [header ?? []]
    .flat()
    .flatMap((value) => value.split(/[,;]/))
    .map((token) => token.trim().toLowerCase());
  const wait = tokens.map((token) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(token)?.[1]).find(Boolean);
  return {
    respondAsync: tokens.includes("respond-async"),
    waitMs: wait === undefined ? undefined : Number(wait) * 1000,
  };
}

/** Fires when the caller's connection is gone before the answer was sent. */
export function toDisconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort(new Error("The caller is gone."));
  });
  return controller.signal;
}

/**
 * Tells whether the caller has hung up, also where only the machine knows of it yet: after work that kept this
 * process busy, or a pause of it, an answer would be written to nobody and be taken for delivered.
 */
export async function hasHungUp({ raw: { socket } }: FastifyRequest): Promise<boolean> {
  // The first turn may belong to a look at the sockets that was made before; the second has a new one.
  await setImmediate();
  await setImmediate();
  return socket.destroyed || socket.readableEnded;
}
