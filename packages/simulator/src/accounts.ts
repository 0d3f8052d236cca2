// Keeps accounts: region, credits by type, daily claims. Session ids are hashed on arrival and never stored.

import { createHmac } from "node:crypto";

import { dayMs } from "./clock.ts";
import type { SimulatedClock } from "./clock.ts";
import { parseBody } from "./database.ts";
import type { Store } from "./database.ts";
import { regions } from "./regions.ts";
import type { Region } from "./regions.ts";

const firstUid = 1_000_000_000_000_001;
const fingerprintLength = 16;
const initialGiftDays = 30;
const purchaseDays = 365;

/** Credits of an account by type; spent in the order vip, purchased, gift. */
export interface Credits {
  gift: number;
  vip: number;
  purchase: number;
}

/** One gift with its own time of expiry. */
export interface Gift {
  amount: number;
  expiresAt: number;
}

/** One account, without its session id. */
export interface Account {
  /** A one-way fingerprint of the session. */
  fingerprint: string;
  /** The owner's number, as records and the passport show it. */
  uid: string;
  region: Region | null;
  expired: boolean;
  vip: number;
  purchase: number;
  gifts: Gift[];
  paidUntil: number;
  /** The local date of the last daily claim by time zone. */
  claims: Record<string, string>;
}

/** An account to create or change; `credits` replaces the whole balance, types left out are 0. */
export interface AccountSetting {
  session: string;
  region?: Region;
  credits?: Partial<Credits>;
  expired?: boolean;
}

/** How much of each type a charge took, so that a refund returns the same. */
export interface Charge {
  vip: number;
  purchase: number;
  gifts: Gift[];
}

/** The accounts in the store. */
export class Accounts {
  readonly #store: Store;
  readonly #clock: SimulatedClock;
  readonly #initial: Credits;
  readonly #anySession: boolean;

  constructor(store: Store, clock: SimulatedClock, initial: Credits, anySession: boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#initial = initial;
    this.#anySession = anySession;
  }

  /** Returns the salted one-way fingerprint of a session. */
  fingerprintOf(session: string): string {
    const digest = createHmac("sha256", this.#store.salt).update(session).digest("hex");
    return `acct_${digest.slice(0, fingerprintLength)}`;
  }

  /** Finds the account of a session and creates it where any session is accepted; undefined for an unknown one. */
  resolve(session: string): Account | undefined {
    const fingerprint = this.fingerprintOf(session);
    return this.find(fingerprint) ?? (this.#anySession ? this.#create(fingerprint) : undefined);
  }

  /** Finds an account by its fingerprint. */
  find(fingerprint: string): Account | undefined {
    const row = this.#store.database
      .prepare("SELECT body FROM accounts WHERE fingerprint = ?")
      .get(fingerprint);
    return parseBody<Account>(row);
  }

  /** Lists every account. */
  list(): Account[] {
    const rows = this.#store.database.prepare("SELECT body FROM accounts ORDER BY number").all();
    return rows.flatMap((row) => parseBody<Account>(row) ?? []);
  }

  /** Writes an account back. */
  save(account: Account): void {
    this.#store.database
      .prepare("UPDATE accounts SET body = ? WHERE fingerprint = ?")
      .run(JSON.stringify(account), account.fingerprint);
  }

  /** Creates or changes an account; returns its fingerprint. */
  configure(setting: AccountSetting): string {
    const fingerprint = this.fingerprintOf(setting.session);
    const account = this.find(fingerprint) ?? this.#create(fingerprint);
    if (setting.region !== undefined) account.region = setting.region;
    if (setting.expired !== undefined) account.expired = setting.expired;
    if (setting.credits !== undefined) {
      account.vip = setting.credits.vip ?? 0;
      account.purchase = setting.credits.purchase ?? 0;
      account.gifts = this.#gift(setting.credits.gift ?? 0);
    }
    this.save(account);
    return fingerprint;
  }

  /**
   * Binds an account to the region of its first request and tells whether a request of `region`
   * reaches its cluster; a session sent to another cluster is answered 1015 (docs/upstream/README.md [C]).
   */
  admit(account: Account, region: Region): boolean {
    if (account.region === null) {
      account.region = region;
      this.save(account);
    }
    return regions[account.region].cluster === regions[region].cluster;
  }

  /** Returns the balance by type, without expired gifts. */
  balance(account: Account): Credits {
    const gift = this.liveGifts(account).reduce((sum, one) => sum + one.amount, 0);
    return { gift, vip: account.vip, purchase: account.purchase };
  }

  /** Lists the gifts that have not expired, the next to expire first. */
  liveGifts(account: Account): Gift[] {
    const now = this.#clock.now();
    return account.gifts
      .filter((gift) => gift.amount > 0 && gift.expiresAt > now)
      .toSorted((first, second) => first.expiresAt - second.expiresAt);
  }

  /**
   * Takes `amount` credits, vip before purchased before gift; undefined when there are not enough. Gifts are left alone
   * where they cannot pay.
   */
  charge(account: Account, amount: number, giftsPay = true): Charge | undefined {
    const { vip, purchase, gift } = this.balance(account);
    if (vip + purchase + (giftsPay ? gift : 0) < amount) return undefined;
    const charge: Charge = { vip: Math.min(vip, amount), purchase: 0, gifts: [] };
    charge.purchase = Math.min(purchase, amount - charge.vip);
    let rest = amount - charge.vip - charge.purchase;
    const gifts = this.liveGifts(account);
    for (const one of gifts) {
      const taken = Math.min(one.amount, rest);
      if (taken > 0) charge.gifts.push({ amount: taken, expiresAt: one.expiresAt });
      one.amount -= taken;
      rest -= taken;
    }
    account.vip -= charge.vip;
    account.purchase -= charge.purchase;
    account.gifts = gifts.filter((one) => one.amount > 0);
    this.save(account);
    return charge;
  }

  /** Refunds a charge, each credit to the type it came from. */
  refund(account: Account, charge: Charge): void {
    account.vip += charge.vip;
    account.purchase += charge.purchase;
    account.gifts.push(...charge.gifts);
    this.save(account);
  }

  #gift(amount: number): Gift[] {
    const expiresAt = this.#clock.now() + initialGiftDays * dayMs;
    return amount > 0 ? [{ amount, expiresAt }] : [];
  }

  #create(fingerprint: string): Account {
    const row = this.#store.database.prepare("SELECT count(*) AS known FROM accounts").get();
    const number = Number(row?.["known"] ?? 0);
    const account: Account = {
      fingerprint,
      uid: String(firstUid + number),
      region: null,
      expired: false,
      vip: this.#initial.vip,
      purchase: this.#initial.purchase,
      gifts: this.#gift(this.#initial.gift),
      paidUntil: this.#clock.now() + purchaseDays * dayMs,
      claims: {},
    };
    this.#store.database
      .prepare("INSERT INTO accounts (fingerprint, number, body) VALUES (?, ?, ?)")
      .run(fingerprint, number, JSON.stringify(account));
    return account;
  }
}
