// Test doubles that this package's tests share: a scripted fetch, a clock that does not wait, fixtures.

import { readFileSync } from "node:fs";

import { Jimeng } from "../client.ts";
import type { Clock, Fetch, JimengOptions } from "../options.ts";

/** An obviously fake session. */
export const fakeSession = "fakesession0123456789abcdef00000";

/** JSON whose shape the test knows and the compiler does not. */
export type Loose = ReturnType<typeof JSON.parse>;

/** Reads a fixture's wire body as text. */
export function fixtureText(name: string): string {
  return JSON.stringify(fixture(name).body);
}

/** Reads a whole fixture file. */
export function fixture(name: string): { body: Loose; _draft?: Loose } {
  const text = readFileSync(
    new URL(`../../../../docs/upstream/fixtures/${name}.json`, import.meta.url),
    "utf8",
  );
  return JSON.parse(text) as { body: Loose; _draft?: Loose };
}

/** One request that the scripted fetch saw. */
export interface SeenRequest {
  url: URL;
  headers: Headers;
  body: Loose;
  init: RequestInit;
}

/** One answer, or one error to throw. */
export type Answer =
  | string
  | Response
  | Error
  | ((request: SeenRequest) => Promise<Response> | Response);

function readJson(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text;
}

/** Makes a fetch that returns the answers in turn, the last one repeatedly. */
export function scriptedFetch(...answers: Answer[]): Fetch & { seen: SeenRequest[] } {
  const seen: SeenRequest[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const text = typeof init.body === "string" ? init.body : "";
    const request: SeenRequest = {
      url: new URL(url),
      headers: new Headers(init.headers),
      body: readJson(text),
      init,
    };
    seen.push(request);
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    if (typeof answer === "function") return answer(request);
    return typeof answer === "string"
      ? new Response(answer)
      : (answer?.clone() ?? new Response("{}"));
  };
  return Object.assign(fetch, { seen });
}

/** Makes a clock whose sleeps take no time and are recorded. */
export function instantClock(start = 1_760_000_000_000): Clock & { slept: number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** Makes a client over a scripted fetch. */
export function testClient(fetch: Fetch, options: Partial<JimengOptions> = {}): Jimeng {
  return new Jimeng({
    session: fakeSession,
    fetch,
    clock: instantClock(),
    random: () => 0.5,
    ...options,
  });
}

/** Awaits a promise that must fail and returns its error. */
export async function failureOf(promise: Promise<unknown>): Promise<Loose> {
  return promise.then(
    () => {
      throw new Error("expected a failure");
    },
    (error: unknown) => error,
  );
}
