// An in-memory account: who, credits, history, models, as a test says. Imported by tests only.

import { models as registry } from "@jimeng/sdk";
import type {
  AccountCheck,
  CreditClaim,
  CreditHistoryPage,
  Credits,
  JimengError,
  Voice,
} from "@jimeng/sdk";
import type { LiveList } from "@jimeng/sdk/registry";

import type { AccountClient, HistoryEntry, HistoryPage } from "../accounts/client.ts";

/** Makes a balance of these parts. */
export function creditsOf(vip: number, purchased: number, gift: number): Credits {
  return {
    total: vip + purchased + gift,
    byType: { vip, purchased, gift },
    batches: [],
    expiring: gift === 0 ? [] : [{ amount: gift, expiresAt: 1_700_100_000_000 }],
  };
}

/** Counts what it is asked, and fails once for every error in `failures`. */
export class FakeAccountClient implements AccountClient {
  /** The names of all questions, in order. */
  readonly asked: string[] = [];
  /** How many questions were open at one moment at most, over all clients that share the gauge. */
  gauge: { now: number; most: number } = { now: 0, most: 0 };
  failures: JimengError[] = [];
  balance: Credits = creditsOf(10, 20, 30);
  /** The balance that was read a moment ago. */
  peeked: Credits | undefined;
  claims: CreditClaim[] = [];
  alive: AccountCheck = {
    alive: true,
    account: {
      userId: "7000000000000000001",
      name: "somebody",
      avatarUrl: "https://pictures.example/somebody.png",
      region: "cn",
    },
  };
  membership: string | null = null;
  movements: CreditHistoryPage = { total: null, records: [], cursor: null };
  /** Gives each page of the credit history; by default it is `movements` alone. */
  onHistory: (cursor: string | undefined) => CreditHistoryPage = () => this.movements;
  /** The account's own history, newest first. */
  entries: HistoryEntry[] = [];
  unreadable: number | undefined;
  /** The site's live lists. */
  live: LiveList[] = [];

  readonly credits: AccountClient["credits"] = {
    retrieve: () => this.#answer("balance", () => (this.peeked = this.balance)),
    peek: () => this.peeked,
    history: (options) =>
      this.#answer(`movements ${JSON.stringify(options)}`, () => this.onHistory(options?.cursor)),
    claim: (options) =>
      this.#answer(
        `claim ${options?.timeZone}`,
        () =>
          this.claims.shift() ?? {
            granted: 0,
            alreadyReceived: true,
            total: null,
            isFirst: false,
            intervalDays: null,
          },
      ),
  };
  /** The site's voices. */
  voiceList: Voice[] = [{ id: "7500000000000000003", title: "Aria" }];
  readonly audio: AccountClient["audio"] = {
    voices: () => this.#answer("voices", () => this.voiceList),
  };
  readonly account: AccountClient["account"] = {
    check: () => this.#answer("check", () => this.alive),
    permissions: () =>
      this.#answer("permissions", () => ({
        region: "cn" as const,
        membership: this.membership,
        models: [...registry],
      })),
  };
  readonly models: AccountClient["models"] = {
    read: () => this.#answer("models", () => this.live),
    peek: () => registry,
  };
  readonly generations: AccountClient["generations"] = {
    list: ({ limit = 20, cursor = "0" }) =>
      this.#answer(`history ${limit} ${cursor}`, (): HistoryPage => {
        const from = Number(cursor);
        const next = from + limit;
        return {
          generations: this.entries.slice(from, next),
          cursor: next < this.entries.length ? String(next) : null,
          unreadable: this.unreadable,
        };
      }),
  };

  async #answer<T>(question: string, give: () => T): Promise<T> {
    this.asked.push(question);
    this.gauge.now += 1;
    this.gauge.most = Math.max(this.gauge.most, this.gauge.now);
    await new Promise((resolve) => setImmediate(resolve));
    this.gauge.now -= 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return give();
  }
}
