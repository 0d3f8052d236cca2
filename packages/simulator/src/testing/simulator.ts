// Provides what the tests of this package share: a raw client that signs like a browser, and the fixtures.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

import { afterAll, beforeEach } from "vitest";

import type { TimeSource } from "../clock.ts";
import type { SimulatorOptions } from "../options.ts";
import { computeSign } from "../sign.ts";
import { createSimulator } from "../simulator.ts";
import type { Simulator } from "../simulator.ts";

const versionCode = "8.4.0";

/** The path of a paid start. */
export const generatePath = "/mweb/v1/aigc_draft/generate";

/** The path of the history by ids. */
export const historyPath = "/mweb/v1/get_history_by_ids";

/** The path of the balance. */
export const creditPath = "/commerce/v1/benefits/user_credit";

/** A session id that is obviously not a real one. */
export const fakeSession = "fake-session-for-tests";

/** A wall clock that only tests move. */
export class ManualTime implements TimeSource {
  #now = 1_760_000_000_000;

  now(): number {
    return this.#now;
  }

  /** Moves the time forward. */
  tick(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** Starts the one simulator of a test file: blank files, empty before every test, stopped at the end. */
export async function startForTests(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await createSimulator({ media: "blank", ...options });
  afterAll(() => simulator.close());
  beforeEach(() => simulator.reset());
  return simulator;
}

/** The parts of a call that differ from the plain, correct one. */
export interface CallOptions {
  session?: string | null;
  region?: string;
  aid?: number;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  sign?: string | null;
  /** The body exactly as given instead of JSON. */
  raw?: string;
}

/** A parsed JSON tree that tests read without narrowing. */
export type Loose = ReturnType<typeof JSON.parse>;

/** An answer with its body already parsed. */
export interface Answer {
  status: number;
  body: Loose;
}

/** Posts a body to an endpoint as the web site would: cookie, signature, common query. */
export async function call(
  url: string,
  path: string,
  body: unknown,
  options: CallOptions = {},
): Promise<Answer> {
  const deviceTime = "1700000000";
  const sign =
    options.sign === undefined
      ? computeSign({ path, platform: "7", versionCode, deviceTime, deviceId: "" })
      : options.sign;
  const session = options.session === undefined ? fakeSession : options.session;
  const query = path.startsWith("/mweb/")
    ? {
        aid: String(options.aid ?? 513695),
        device_platform: "web",
        region: options.region ?? "cn",
        ...options.query,
      }
    : (options.query ?? {});
  const response = await fetch(`${url}${path}?${new URLSearchParams(query).toString()}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "device-time": deviceTime,
      pf: "7",
      appvr: versionCode,
      ...(sign === null ? {} : { sign }),
      ...(session === null ? {} : { cookie: `_tea_web_id=1; sessionid=${session}` }),
      ...options.headers,
    },
    body: options.raw ?? JSON.stringify(body),
  });
  const text = await response.text();
  const parsed: unknown = text === "" ? null : JSON.parse(text);
  return { status: response.status, body: parsed };
}

function readFixture(name: string): unknown {
  const file = new URL(`../../../../docs/upstream/fixtures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Reads a fixture; `body` is what the wire carries. */
export function fixture(name: string): { body: Loose; _draft: Loose; _request: Loose } {
  return readFixture(name) as { body: Loose; _draft: Loose; _request: Loose };
}

/** Makes a generate body from a request fixture, with a fresh submit id and the draft changed by `edit`. */
export function generateBody(
  name: string,
  edit: (draft: Loose, body: Loose) => void = () => undefined,
): { submit_id: string; draft_content: string } {
  const request = readFixture(`requests/${name}`) as {
    _draft: object;
    body: { submit_id: string; draft_content: string };
  };
  request.body.submit_id = randomUUID();
  edit(request._draft, request.body);
  return { ...request.body, draft_content: JSON.stringify(request._draft) };
}

/** Lists the keys of a value in their order with the type of each leaf, for comparing shapes. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? "array" : [shapeOf(value[0])];
  if (value === null) return "null";
  if (typeof value === "object") {
    return Object.entries(value).map(([key, child]) => [key, shapeOf(child)]);
  }
  return typeof value;
}
