// The guard at the transport: only the planned requests leave, each once, word for word, and a paid call never.
import { isDeepStrictEqual } from "node:util";
import { type Fetch, JimengError, type RegionHosts } from "@jimeng/sdk";
import type { PlannedRequest } from "./plan.ts";

/** What the site answered to one planned request. */
export interface Answer {
  request: PlannedRequest;
  status: number;
  /** The answer as JSON; undefined when it was none. */
  body: unknown;
  bytes: number;
}

/** The two fetch functions of a guarded client. */
export interface Guard {
  fetch: Fetch;
  paidFetch: Fetch;
  /** The answers so far, by the request's name. */
  answers: ReadonlyMap<string, Answer>;
  /** Waits until no request is under way. */
  idle(): Promise<void>;
}

// The largest answer that the sdk itself reads.
const maxAnswerBytes = 32 * 1024 * 1024;

/** Makes the guard; `send` is called for planned requests only. */
export function createGuard(options: {
  planned: readonly PlannedRequest[];
  hosts: RegionHosts;
  send: Fetch;
}): Guard {
  const { planned, hosts, send } = options;
  const answers = new Map<string, Answer>();
  const sent = new Set<string>();
  const running = new Set<Promise<unknown>>();
  const find = (url: URL, init: RequestInit): PlannedRequest | undefined =>
    planned.find(
      ({ name, host, path, body }) =>
        !sent.has(name) &&
        init.method === "POST" &&
        `${url.origin}${url.pathname}` === `${hosts[host]}${path}` &&
        isDeepStrictEqual(parse(init.body), body),
    );
  async function sendPlanned(
    request: PlannedRequest,
    address: string,
    init: RequestInit,
  ): Promise<Response> {
    const response = await send(address, init);
    const text = await readText(response);
    const { status, headers } = response;
    const bytes = Buffer.byteLength(text);
    answers.set(request.name, { request, status, body: parse(text), bytes });
    return new Response(mayHaveBody(status) ? text : null, {
      status,
      headers: withoutEncoding(headers),
    });
  }
  return {
    answers,
    async idle() {
      await Promise.allSettled(running);
    },
    async fetch(address, init) {
      const url = new URL(address);
      const request = find(url, init);
      if (request === undefined) throw notPlanned(url.pathname);
      sent.add(request.name);
      const answer = sendPlanned(request, address, init);
      running.add(answer);
      return answer.finally(() => running.delete(answer));
    },
    async paidFetch(address) {
      throw notPlanned(new URL(address).pathname);
    },
  };
}

function notPlanned(path: string): JimengError {
  return new JimengError(
    "invalid_request",
    `A call to ${path} is not on this run's list and was not sent.`,
    { acceptance: "refused", charged: "no" },
  );
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.byteLength;
    if (size > maxAnswerBytes) {
      throw new JimengError("unexpected_response", "The site's answer is too large.");
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

// A response is made anew from its text: these statuses may have none.
function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

/** Copies headers without those that described the bytes on the way. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.delete("content-encoding");
  copy.delete("content-length");
  return copy;
}

function parse(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A page of a proxy, or nothing: the report says that it was no JSON.
    return undefined;
  }
}
