// A press that makes something: its jobs are made with keys that are kept until the gateway has answered, so that a reload,
// a crash or a broken connection in between joins what was begun and pays nothing twice.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { JobBodyInput } from "@jimeng/gateway/api";

import { createStore } from "../data/store.ts";

/** A press that the gateway has not answered in full. */
export interface Press {
  /** Ties its jobs together, and begins their idempotency keys. */
  id: string;
  bodies: readonly JobBodyInput[];
  /** How many of the bodies were answered. */
  answered: number;
  /** Whether it makes the draft: the composer's button waits for its answer. */
  isDraft: boolean;
}

/** Makes the jobs of a body; throws what the gateway's client throws. */
export type CreateJobs = (
  body: JobBodyInput,
  options: { idempotencyKey: string },
) => Promise<unknown>;

/** Keeps presses: the browser's storage, or a fake of it. */
export type PressStorage = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

// Each has an entry of its own: several tabs press at once.
const storageKey = "jimeng.press.";
const retryEveryMs = 1000;
const idBytes = 16;

const own = new Set<string>();

/** The presses of this page, and the jobs that it made again: what they made is shown at once. */
export const ownPresses: ReadonlySet<string> = own;

/** Notes that this page makes a job again. */
export function noteRetry(jobId: string): void {
  own.add(jobId);
}

/** The presses that this tab has under way. */
export const presses = createStore<readonly Press[]>([]);

/** Returns a new id of a press. */
export function newPressId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(idBytes));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads the presses that were not answered in full, of this page and of earlier ones. */
export function readPresses(storage: PressStorage): Press[] {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "");
  return keys.flatMap((key) => {
    const stored = key.startsWith(storageKey) ? parsePress(storage.getItem(key)) : null;
    return stored === null ? [] : [stored];
  });
}

function parsePress(text: string | null): Press | null {
  try {
    const stored = JSON.parse(text ?? "null") as Press | null;
    return typeof stored?.id === "string" && Array.isArray(stored.bodies) ? stored : null;
  } catch {
    return null;
  }
}

/** What a press needs. */
export interface PressOptions {
  create: CreateJobs;
  storage: PressStorage;
  /** Waits before the next attempt. */
  wait?: (milliseconds: number) => Promise<void>;
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Makes the jobs of a press, one after the other, and tries again while the gateway does not answer. Throws the
 * gateway's refusal; what was answered before it stays made.
 */
export async function runPress(begun: Press, options: PressOptions): Promise<void> {
  const { create, storage, wait = sleep } = options;
  let current = begun;
  const key = `${storageKey}${begun.id}`;
  const others = (all: readonly Press[]) => all.filter(({ id }) => id !== begun.id);
  const keep = (): void => {
    storage.setItem(key, JSON.stringify(current));
    presses.set((all) => [...others(all), current]);
  };
  own.add(begun.id);
  keep();
  try {
    while (current.answered < current.bodies.length) {
      const body = current.bodies[current.answered];
      if (body === undefined) break;
      const idempotencyKey = `${current.id}-${current.answered}`;
      try {
        await create(body, { idempotencyKey });
        current = { ...current, answered: current.answered + 1 };
        keep();
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        await wait(retryEveryMs);
      }
    }
  } finally {
    storage.removeItem(key);
    presses.set(others);
  }
}

/** Tells whether nobody knows if a request arrived: then it is sent again, with the same key. */
function isUnanswered(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  if (error.code === "connection_failed" && error.jobId === null) return true;
  return error.code === "unauthorized" ? false : error.code === "overloaded" && error.retryable;
}
