// What happens in the gateway, as it happens: one stream for the whole browser, told to whoever listens in this tab.

import type { EventObject } from "@jimeng/gateway/api";

import { gatewayUrl } from "./base.ts";
import { client, onStreamOpen } from "./client.ts";
import { connection, noteNoAnswer, onReturn } from "./connection.ts";
import { takePart } from "./leader.ts";

/** What the tabs tell each other: an event, that everything shown has to be read again, or that the gateway is away. */
export type LiveMessage =
  | { kind: "event"; position: string; event: EventObject }
  | { kind: "reset"; position: string | null }
  | { kind: "away" };

const listeners = new Set<(event: EventObject) => void>();
const resetListeners = new Set<() => void>();

// The gateway's return is noticed within a second, however long it was away.
const firstReconnectMs = 100;
const signInCheckMs = 500;
const firstResetMs = 1000;

/** Calls back for every event; returns how to stop. */
export function onEvent(listener: (event: EventObject) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls back when events may have been missed and what is shown has to be read again; returns how to stop. */
export function onReset(listener: () => void): () => void {
  resetListeners.add(listener);
  return () => resetListeners.delete(listener);
}

/** Tells this tab's listeners that everything shown has to be read again. */
export function resetAll(): void {
  for (const listener of resetListeners) listener();
}

/** Follows events until the signal fires. */
export async function followEvents(signal: AbortSignal): Promise<void> {
  let position: string | undefined;
  const stopReturns = onReturn(resetAll);
  signal.addEventListener("abort", stopReturns);
  await takePart<LiveMessage>({
    name: `jimeng events ${gatewayUrl}`,
    signal,
    locks: globalThis.navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
    onMessage: (message) => {
      if (message.kind === "away") {
        noteNoAnswer();
        return;
      }
      position = message.position ?? position;
      if (message.kind === "reset") resetAll();
      else for (const listener of listeners) listener(message.event);
    },
    lead: (leading, send) => leadStream(leading, send, () => position),
  });
}

async function leadStream(
  signal: AbortSignal,
  send: (message: LiveMessage) => void,
  position: () => string | undefined,
): Promise<void> {
  // What was read before the first stream was open may be older than what happened since. It is read again when the page
  // is there: the same requests at once would make the browser take longer for both.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = onStreamOpen(() => {
    if (position() !== undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => send({ kind: "reset", position: null }), firstResetMs);
  });
  // Only this tab reads a stream that breaks.
  const stopStates = connection.subscribe(() => {
    if (connection.get().state === "away") send({ kind: "away" });
  });
  try {
    while (!signal.aborted) await readStream(signal, send, position);
  } finally {
    clearTimeout(timer);
    stop();
    stopStates();
  }
}

async function readStream(
  signal: AbortSignal,
  send: (message: LiveMessage) => void,
  position: () => string | undefined,
): Promise<void> {
  const options = {
    signal,
    after: position(),
    reconnectDelayMs: firstReconnectMs,
    reconnectLimit: Number.POSITIVE_INFINITY,
  };
  try {
    for await (const message of client.events.stream(options)) {
      if (message.event === null) send({ kind: "reset", position: message.position });
      else send({ kind: "event", position: message.position, event: message.event });
    }
  } catch {
    // Not a broken connection, which is made anew by itself: the gateway refused.
    if (!signal.aborted) await waitUntilAllowed(signal);
  }
}

/** Waits while the gateway wants a sign-in, then a moment longer. */
async function waitUntilAllowed(signal: AbortSignal): Promise<void> {
  do {
    await new Promise((resolve) => setTimeout(resolve, signInCheckMs));
  } while (connection.get().needsSignIn && !signal.aborted);
}
