// The connection to a gateway at an address that was given.

import { setTimeout as sleep } from "node:timers/promises";

import { GatewayClient, GatewayError } from "@jimeng/gateway/api";

import type { Context } from "../context.ts";
import { CliError, isAway } from "../errors.ts";
import type { Connection } from "./connection.ts";

const retryMs = 1000;
const healthTimeoutMs = 5000;

/** Connects to this address and to no other; `invalid_request` when it is none. */
export function connectToUrl(url: string, { environment, output }: Context): Connection {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
    throw new CliError({
      code: "invalid_request",
      message: "the gateway's address is not an http or https URL",
      fix: "Give --url or JIMENG_URL an address such as http://127.0.0.1:5100.",
    });
  }
  const client = new GatewayClient({
    baseUrl: url,
    key: environment["JIMENG_API_KEY"] || undefined,
  });
  let isNoted = false;
  const noteLoss = (): void => {
    // Several jobs lose it at one moment.
    if (!isNoted) output.note(`the gateway at ${url} went away: looking for it`);
    isNoted = true;
  };
  return {
    client,
    isOwn: false,
    isSimulated: false,
    isLocal: false,
    place: `the gateway at ${url}`,
    isLost: isAway,
    async reconnect(_lost, { until, signal }) {
      noteLoss();
      do {
        await sleep(retryMs, undefined, { signal });
        const timeout = AbortSignal.any([signal, AbortSignal.timeout(healthTimeoutMs)]);
        if (await client.gateway.isHealthy({ signal: timeout })) {
          isNoted = false;
          return;
        }
        signal.throwIfAborted();
      } while (performance.now() < until);
      throw new GatewayError("connection_failed", `the gateway at ${url} does not answer`);
    },
    close: () => Promise.resolve(),
  };
}
