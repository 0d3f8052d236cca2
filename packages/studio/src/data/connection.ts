// Whether the gateway answers, and whether this browser is signed in. While it is away, it is asked every second.

import { gatewayUrl } from "./base.ts";
import { createStore, useStore } from "./store.ts";

/** What the page knows of its gateway. */
export interface Connection {
  state: "here" | "away";
  /** True when the gateway asked for a credential that it did not get. */
  needsSignIn: boolean;
}

const probeEveryMs = 1000;
const probeTimeoutMs = 5000;

/** The state of the connection. */
export const connection = createStore<Connection>({ state: "here", needsSignIn: false });

/** Returns the state of the connection, and renders anew when it changes. */
export function useConnection(): Connection {
  return useStore(connection);
}

const returned = new Set<() => void>();
let probing = false;

/** Calls back each time the gateway is back, or lets this browser in; returns how to stop. */
export function onReturn(callback: () => void): () => void {
  returned.add(callback);
  return () => returned.delete(callback);
}

/** Notes that the gateway answered. */
export function noteAnswer(status: number): void {
  const needsSignIn = status === 401 ? true : connection.get().needsSignIn;
  const wasAway = connection.get().state === "away";
  if (wasAway || needsSignIn !== connection.get().needsSignIn)
    connection.set({ state: "here", needsSignIn });
  if (wasAway) for (const callback of returned) callback();
}

// One of the other tabs reads the events for all: it has to know that it may.
const tabs =
  globalThis.document === undefined ? undefined : new BroadcastChannel(`jimeng key ${gatewayUrl}`);
tabs?.addEventListener("message", continueSignedIn);

/** Notes that a sign-in went well, or that none is needed, and tells the other tabs. */
export function noteSignedIn(): void {
  tabs?.postMessage(null);
  if (connection.get().needsSignIn) continueSignedIn();
}

/** Goes on with what the browser may see now. */
function continueSignedIn(): void {
  connection.set((before) => ({ ...before, needsSignIn: false }));
  for (const callback of returned) callback();
}

/** Notes that the gateway did not answer, and asks again until it does. */
export function noteNoAnswer(): void {
  if (connection.get().state === "here") connection.set((before) => ({ ...before, state: "away" }));
  if (probing) return;
  probing = true;
  void probe();
}

async function probe(): Promise<void> {
  while (connection.get().state === "away") {
    await new Promise((resolve) => setTimeout(resolve, probeEveryMs));
    try {
      const signal = AbortSignal.timeout(probeTimeoutMs);
      const { ok } = await fetch(`${gatewayUrl}/healthz`, { signal, cache: "no-store" });
      if (ok) noteAnswer(200);
    } catch {
      // Still away: asked again in a second.
    }
  }
  probing = false;
}
