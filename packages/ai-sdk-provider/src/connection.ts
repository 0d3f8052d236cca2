// The connection of one call: a client of the gateway that sends the caller's headers, and takes broken exchanges up again.

import { GatewayClient } from "@jimeng/gateway/api/client";

import { toHeaders } from "./headers.ts";
import { recover } from "./recovery.ts";
import type { ResolvedSettings } from "./settings.ts";

/** What a call of the AI SDK says of its connection. */
export interface CallConnection {
  headers?: Record<string, string | undefined>;
  abortSignal?: AbortSignal;
}

/** Talks to the gateway on behalf of one call. */
export interface Connection {
  client: GatewayClient;
  signal: AbortSignal | undefined;
  /** Tries until it succeeds, the failure is final, or the attempts are used up. */
  recover<Result>(attempt: () => Promise<Result>): Promise<Result>;
  /** Returns the headers of the latest answer. */
  responseHeaders(): Record<string, string> | undefined;
}

/** Connects one call to the gateway. */
export function connect(settings: ResolvedSettings, call: CallConnection): Connection {
  const { baseUrl, apiKey, recovery } = settings;
  const extra = { ...toHeaders(settings.headers), ...toHeaders(call.headers) };
  let latest: Response | undefined;
  const client = new GatewayClient({
    baseUrl,
    key: apiKey,
    async fetch(url, init) {
      // What the client sets itself, such as the content type, is never the caller's to change.
      const headers = { ...extra, ...(init.headers as Record<string, string>) };
      latest = await settings.fetch(url, { ...init, headers });
      return latest;
    },
  });
  const state = { isFirst: true };
  return {
    client,
    signal: call.abortSignal,
    recover: (attempt) => recover(attempt, { ...recovery, signal: call.abortSignal, state }),
    responseHeaders: () =>
      latest === undefined ? undefined : Object.fromEntries(latest.headers.entries()),
  };
}
