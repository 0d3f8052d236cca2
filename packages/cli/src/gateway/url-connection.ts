// Connects to a gateway at a given URL.

import { setTimeout as sleep } from "node:timers/promises";

import { GatewayClient } from "@jimeng/gateway/api/client";

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
      message: (words) => words.gateway.notUrl,
      fix: (words) => words.gateway.notUrlFix,
    });
  }
  const client = new GatewayClient({
    baseUrl: url,
    key: environment["JIMENG_API_KEY"] || undefined,
  });
  let isNoted = false;
  const noteLoss = (): void => {
    // Several jobs lose it at one moment.
    if (!isNoted) output.note((words) => words.gateway.wentAway(url));
    isNoted = true;
  };
  return {
    client,
    isOwn: false,
    isSimulated: false,
    isLocal: false,
    place: (words) => words.gateway.at(url),
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
      throw new CliError({
        code: "connection_failed",
        message: (words) => words.gateway.notAnswering(url),
      });
    },
    close: () => Promise.resolve(),
  };
}
