// What the tools, resources and prompts of one caller work with.

import type { GatewayClient } from "@jimeng/gateway/api/client";

import type { GatewayAccess } from "./gateway-access.ts";
import type { LocalFiles } from "./references/local-files.ts";
import type { Spending } from "./spending/spending.ts";
import type { LatestCalls } from "./waiting/latest-calls.ts";

/** The caller and the settings of one connection (stdio) or one request (HTTP). */
export interface Face {
  transport: "stdio" | "http";
  gateway: GatewayAccess;
  /** A fingerprint of the caller, which confirmations are bound to. */
  caller: string;
  spending: Spending;
  /** The files of this machine that the tools may read and write; null over HTTP. */
  localFiles: LocalFiles | null;
  /** The calls of all hosts of this process. */
  calls: LatestCalls;
  /** Returns an address of the gateway as the caller reaches it. */
  shownAddress(url: string): string;
  /** Milliseconds between two progress notifications while nothing happens. */
  progressEveryMs: number;
  /** Aborted when the server ends: waiting calls then answer with a handle. */
  closing: AbortSignal;
  /** Calls back once the answer to a request was written to its end; never where it was not. */
  onDelivered(requestId: string | number, callback: () => void): void;
}

const maxAttempts = 5;

/** Runs a call of the gateway, and runs it again where the gateway went away and came back. */
export async function withGateway<Result>(
  { gateway }: Pick<Face, "gateway">,
  signal: AbortSignal,
  work: (client: GatewayClient) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const { client } = gateway;
    try {
      return await work(client);
    } catch (error) {
      if (signal.aborted || attempt === maxAttempts) throw error;
      if (!(await gateway.recover(client, error, signal))) throw error;
    }
  }
}
