// The guard at the transport: only the planned requests leave, each once, word for word, and a paid call never.
import { isDeepStrictEqual } from "node:util";
import { type Fetch, JimengError, type RegionHosts } from "@jimeng/sdk";
import { parseJson, readAnswer } from "../answers/responses.ts";
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
        isDeepStrictEqual(parseJson(init.body), body),
    );
  async function sendPlanned(
    request: PlannedRequest,
    address: string,
    init: RequestInit,
  ): Promise<Response> {
    const { response, ...answer } = await readAnswer(await send(address, init));
    answers.set(request.name, { request, ...answer });
    return response;
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
