// The client of this page's gateway. Every answer tells whether the gateway is there, what time it has, and who may call.

import {
  Accounts,
  Assets,
  Credits,
  Events,
  Gateway,
  History,
  Jobs,
  Keys,
  Models,
  SignIn,
  Transport,
  Webhooks,
} from "@jimeng/gateway/api/client";
import type { BatchEstimateObject, JobBodyInput } from "@jimeng/gateway/api";

import { gatewayUrl } from "./base.ts";
import { noteServerDate } from "./clock.ts";
import { noteAnswer, noteNoAnswer } from "./connection.ts";

// What a proxy answers while the gateway behind it is away.
const proxyStatuses: ReadonlySet<number> = new Set([502, 504]);

const streamListeners = new Set<() => void>();

/** Calls back each time the stream of events has been opened; returns how to stop. */
export function onStreamOpen(callback: () => void): () => void {
  streamListeners.add(callback);
  return () => streamListeners.delete(callback);
}

/** Fetches from the gateway, and notes what the answer says about it. */
export async function fetchNoted(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted !== true) noteNoAnswer();
    throw error;
  }
  if (proxyStatuses.has(response.status)) {
    noteNoAnswer();
    return response;
  }
  noteServerDate(response.headers.get("date"));
  noteAnswer(response.status);
  if (response.ok && url.startsWith(`${gatewayUrl}/v1/events`))
    for (const callback of streamListeners) callback();
  return response;
}

const transport = new Transport({ baseUrl: gatewayUrl, fetch: fetchNoted });

/** The client of this page's gateway, of what the page calls; the browser's cookie is the credential. */
export const client = {
  accounts: new Accounts(transport),
  assets: new Assets(transport),
  credits: new Credits(transport),
  events: new Events(transport),
  gateway: new Gateway(transport),
  history: new History(transport),
  jobs: new Jobs(transport),
  keys: new Keys(transport),
  models: new Models(transport),
  signIn: new SignIn(transport),
  webhooks: new Webhooks(transport),
};

/** Tells what each of many requests would cost; starts nothing. */
export function estimateAll(
  body: readonly JobBodyInput[],
  signal: AbortSignal,
): Promise<BatchEstimateObject> {
  return transport.json("/v1/estimate", { method: "POST", body, signal });
}
