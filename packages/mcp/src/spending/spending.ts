// How much may be spent without asking: per call, and per caller and day. The gateway holds calls to both limits where it
// stores their jobs: processes and nodes that start jobs at one moment cannot spend the same credits.

import { createHmac, randomBytes } from "node:crypto";

import type { GatewayClient } from "@jimeng/gateway/api/client";
import { createRequestStateCodec } from "@modelcontextprotocol/server";
import type { RequestStateCodec } from "@modelcontextprotocol/server";

import { LatestStarts } from "./latest-starts.ts";
import { ConfirmTokens } from "./tokens.ts";
import type { Consent } from "./tokens.ts";

/** What may be spent without asking, in credits. */
export interface SpendingLimits {
  perCall: number;
  perDay: number;
}

/** The fact that jobs carry which were started without asking; the ledger adds them up by it. */
export const automatic = { name: "mcp_spending", value: "automatic", asked: "confirmed" } as const;

const dayMs = 86_400_000;
const secondMs = 1000;

/** The spending of all callers of a process. */
export class Spending {
  readonly limits: SpendingLimits;
  readonly tokens: ConfirmTokens;
  readonly codec: RequestStateCodec<Consent>;
  /** The latest start of each equal call. */
  readonly startsOf = new LatestStarts();
  readonly #now: () => number;
  readonly #last = new Map<string, Promise<unknown>>();

  /** `secret` is shared by the nodes of a cluster; without it confirmations are good in this process only. */
  constructor(limits: SpendingLimits, secret: string | null, now: () => number = Date.now) {
    this.limits = limits;
    this.#now = now;
    const key = createHmac("sha256", secret ?? randomBytes(32))
      .update("jimeng mcp")
      .digest();
    this.tokens = new ConfirmTokens(key, now);
    this.codec = createRequestStateCodec<Consent>({ key });
  }

  /** Returns the limit of a day, as a request carries it: the gateway checks it where it stores the jobs. */
  get dailyLimit(): { by: string; credits: number } {
    return { by: automatic.name, credits: this.limits.perDay };
  }

  /** Returns how many credits a call may spend now without asking. */
  async left(client: GatewayClient): Promise<number> {
    const from = Math.floor((Math.floor(this.#now() / dayMs) * dayMs) / secondMs);
    const metadata = { [automatic.name]: automatic.value };
    const { total } = await client.credits.ledger({ from, metadata, limit: 1 });
    const leftToday = this.limits.perDay - total.reserved - total.net;
    return Math.max(0, Math.min(this.limits.perCall, leftToday));
  }

  /** Runs work of the same name one after the other. */
  async inOrder<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name);
    const running = (async () => {
      await before?.catch(() => undefined);
      return await work();
    })();
    this.#last.set(name, running);
    try {
      return await running;
    } finally {
      if (this.#last.get(name) === running) this.#last.delete(name);
    }
  }
}
