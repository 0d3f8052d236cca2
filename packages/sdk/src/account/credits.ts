// Reads the account's credits: balance (cached 30 s) and movements. Claims the daily credits, only when it is called to.

import type { CreditClaim, CreditHistoryPage, Credits } from "../account-facts.ts";
import { Cached } from "../cache.ts";
import type { Settings } from "../options.ts";
import type { Region } from "../operation.ts";
import type { Transport } from "../wire/transport/transport.ts";

const cacheLifetimeMs = 30_000;
const defaultPageSize = 20;

/** The time zones of the sites' days; hk and sg share their offset with cn. */
export const timeZones: Readonly<Record<Region, string>> = {
  cn: "Asia/Shanghai",
  us: "America/New_York",
  hk: "Asia/Hong_Kong",
  jp: "Asia/Tokyo",
  sg: "Asia/Singapore",
};

/** Returns the membership's level where a balance shows one, `vip` for credits of an unnamed level, else null. */
export function membershipOf({ batches, byType }: Credits): string | null {
  const level = batches.find((batch) => batch.type === "vip")?.level ?? null;
  return level ?? (byType.vip > 0 ? "vip" : null);
}

/** The credits of one account. */
export class CreditAccount {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #balance: Cached<Credits>;
  #isMember: boolean | undefined;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
    this.#balance = new Cached(settings.clock, async () => {
      const { creditsCall, parseCredits } = await import("../wire/account/commerce.ts");
      const { data } = await transport.call(creditsCall());
      const value = parseCredits(data);
      this.#isMember = membershipOf(value) !== null;
      return { value, lifetimeMs: cacheLifetimeMs };
    });
  }

  /** Reads the balance, at most 30 s old unless `fresh`. */
  async retrieve(options: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<Credits> {
    return this.#balance.get(options);
  }

  /** Returns the cached balance while it is younger than 30 s, without any call. */
  peek(): Credits | undefined {
    return this.#balance.peek();
  }

  /** Whether the balance that was read last showed a membership; undefined before the first read. */
  get isMember(): boolean | undefined {
    return this.#isMember;
  }

  /** Reads movements, 20 at a time by default; `onlySpent` leaves out what came in. */
  async history(
    options: {
      limit?: number;
      cursor?: string;
      onlySpent?: boolean;
      signal?: AbortSignal;
      /** How often a failed read is repeated; default the client's own setting. */
      maxRetryCount?: number;
    } = {},
  ): Promise<CreditHistoryPage> {
    const { creditHistoryCall, parseCreditHistory } = await import("../wire/account/commerce.ts");
    const call = creditHistoryCall(
      options.limit ?? defaultPageSize,
      options.cursor ?? "0",
      options.onlySpent ?? false,
    );
    const { signal, maxRetryCount } = options;
    const { data } = await this.#transport.call({ ...call, signal, maxRetryCount });
    return parseCreditHistory(data);
  }

  /**
   * Claims today's free credits once. No error when they were received already. The time zone is the region's
   * unless given. Throws `risk_controlled` (do not repeat) and what a read throws.
   */
  async claim(options: { timeZone?: string; signal?: AbortSignal } = {}): Promise<CreditClaim> {
    const { claimCall, parseClaim } = await import("../wire/account/commerce.ts");
    const timeZone = options.timeZone ?? timeZones[this.#settings.region.id];
    // Not repeated: a claim is a write, and a refusal here comes from risk control.
    const { data } = await this.#transport.call({
      ...claimCall(timeZone),
      signal: options.signal,
      maxRetryCount: 0,
    });
    this.#balance.clear();
    return parseClaim(data);
  }

  /** Forgets the balance, after something was paid. */
  forget(): void {
    this.#balance.clear();
  }
}
