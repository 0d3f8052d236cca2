// Keeps the live lists of models up to date: at most one read an hour and region in the whole cluster, or in ten minutes
// while starts are refused as they would be with an old list.

import { JimengError } from "@jimeng/sdk";
import type { Logger, Region } from "@jimeng/sdk";
import type { LiveList, RegistryChange } from "@jimeng/sdk/registry";

import type { Clock, Timer } from "../clock.ts";
import type { Observer } from "../observer.ts";
import type { Accounts } from "./accounts.ts";
import { keyOfChange } from "./live-model-store.ts";
import type { LiveModelStore, StoredLists } from "./live-model-store.ts";
import type { LiveRegistry } from "./live-registry.ts";

/** Reads the live lists when they are due. */
export interface LiveModelRefresh {
  /** Takes over what is stored, without any call to a site: a start without a network knows the last lists. */
  load(): Promise<void>;
  /** Looks every minute whether something is due, until `close`. */
  start(): void;
  /** Looks now, unless that was done within the last minute; returns at once and never throws. */
  wake(): void;
  /** Looks as `wake` does, and waits until what was due was read, at most for so long. */
  settled(maxWaitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** What the refresh needs. */
export interface LiveModelRefreshOptions {
  accounts: Pick<Accounts, "list" | "connection" | "blockedBy">;
  registry: LiveRegistry;
  store: LiveModelStore;
  clock: Clock;
  logger: Logger;
  observer: Observer;
}

/** The shortest time between two reads of a region. */
const lifetimeMs = 60 * 60_000;
/** The same while a start was refused as it would be with an old list. */
const suspectedLifetimeMs = 10 * 60_000;
const retryAfterFailureMs = 60_000;
/** The time between two looks at what is due, and at what other nodes read. */
const lookEveryMs = 60_000;
/** The number of changes of one read that are logged one by one. */
const maxLoggedChanges = 20;

/** Makes the refresh; nothing is read before `start` or `wake`. */
export function createLiveModelRefresh(options: LiveModelRefreshOptions): LiveModelRefresh {
  return new Refresh(options);
}

/** Makes a refresh that never reads anything: the simulator's own list is no news (JIMENG_SIMULATE). */
export function noLiveModelRefresh(): LiveModelRefresh {
  return {
    load: () => Promise.resolve(),
    start: () => undefined,
    wake: () => undefined,
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

class Refresh implements LiveModelRefresh {
  readonly #options: LiveModelRefreshOptions;
  readonly #closing = new AbortController();
  /** When the lists that this process works with were read, by region. */
  readonly #readAt = new Map<Region, number>();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LiveModelRefreshOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const row of await this.#options.store.list()) this.#takeOver(row);
  }

  start(): void {
    this.wake();
    if (this.#closing.signal.aborted) return;
    this.#timer = this.#options.clock.setTimer(() => this.start(), lookEveryMs);
  }

  wake(): void {
    const now = this.#options.clock.now();
    const isEarly = now < this.#lookedAt + lookEveryMs && now >= this.#lookedAt;
    if (isEarly || this.#running !== undefined || this.#closing.signal.aborted) return;
    this.#lookedAt = now;
    this.#running = this.#look()
      .catch((error: unknown) => {
        this.#options.logger.warn({ err: error }, "Failed to look for live lists of models");
      })
      .finally(() => (this.#running = undefined));
  }

  async settled(maxWaitMs: number): Promise<void> {
    this.wake();
    const running = this.#running;
    if (running === undefined) return;
    let timer: Timer | undefined;
    const isLate = new Promise<void>((resolve) => {
      timer = this.#options.clock.setTimer(resolve, maxWaitMs);
    });
    await Promise.race([running, isLate]);
    timer?.cancel();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  async #look(): Promise<void> {
    const { store } = this.#options;
    const rows = new Map((await store.list()).map((row) => [row.region, row]));
    // Another node may have read them since.
    for (const row of rows.values()) this.#takeOver(row);
    for (const [region, names] of this.#accountsByRegion()) {
      await this.#refresh(region, names, rows.get(region));
    }
  }

  /** Returns the configured accounts that may be used, by region: those of callers are not ours to read with. */
  #accountsByRegion(): Map<Region, string[]> {
    const { accounts } = this.#options;
    const usable = accounts
      .list()
      .filter(
        ({ name, adopted }) =>
          !adopted && accounts.blockedBy(name, { purpose: "other" }) === undefined,
      );
    return new Map(
      [...Map.groupBy(usable, ({ region }) => region)].map(([region, group]) => [
        region,
        group.map(({ name }) => name),
      ]),
    );
  }

  async #refresh(region: Region, names: string[], row: StoredLists | undefined): Promise<void> {
    const { accounts, store, clock, logger } = this.#options;
    const now = clock.now();
    if (!this.#isDue(region, row, now)) return;
    const isClaimed = await store.claim(region, row, now);
    if (!isClaimed) return;
    // Each attempt uses another account: the fault may be the last one's own.
    const name = names[(row?.failures ?? 0) % names.length] ?? "";
    try {
      const read = await accounts.connection(name)?.client.models.read({
        signal: this.#closing.signal,
      });
      const lists = this.#withKnown(region, read ?? []);
      if (lists.length === 0) {
        throw new JimengError("unexpected_response", "The site's lists name no model.");
      }
      await this.#keep(region, lists, row?.reported ?? []);
    } catch (error) {
      if (this.#closing.signal.aborted) {
        // Nothing was read: the next start of a gateway need not wait for its turn.
        await store.release(region);
        return;
      }
      await store.addFailure(region);
      logger.warn(
        { region, account: name, code: JimengError.isInstance(error) ? error.code : "internal" },
        "Failed to read the live lists of models; the last ones are used.",
      );
    }
  }

  #isDue(region: Region, row: StoredLists | undefined, now: number): boolean {
    // A clock that was set back must not stop the reads.
    if (row === undefined || now < row.attemptedAt) return true;
    const suspectedAt = this.#options.registry.suspectedAt(region) ?? Number.NEGATIVE_INFINITY;
    const isSuspected = suspectedAt > row.attemptedAt;
    const usualMs = isSuspected ? suspectedLifetimeMs : lifetimeMs;
    const afterFailureMs = retryAfterFailureMs * 2 ** (row.failures - 1);
    const waitMs = row.failures === 0 ? usualMs : Math.min(lifetimeMs, afterFailureMs);
    return now >= row.attemptedAt + waitMs;
  }

  /** Returns what was read; of a list that names no model, the one that was read before. */
  #withKnown(region: Region, read: readonly LiveList[]): LiveList[] {
    const known = this.#options.registry.listsOf(region);
    return read.flatMap((list) => {
      if (list.models.length > 0) return [list];
      return known.filter(({ kind }) => kind === list.kind);
    });
  }

  async #keep(
    region: Region,
    lists: readonly LiveList[],
    reported: readonly string[],
  ): Promise<void> {
    const { registry, store, clock } = this.#options;
    registry.set(region, lists);
    const changes = registry.changes().filter((change) => change.region === region);
    const now = clock.now();
    this.#readAt.set(region, now);
    const known = new Set(reported);
    const news = changes.filter((change) => !known.has(keyOfChange(change)));
    await store.save(region, lists, { all: changes, news }, now);
    this.#report(news);
  }

  #report(changes: readonly RegistryChange[]): void {
    const { logger, observer } = this.#options;
    for (const { change, region, model } of changes) {
      observer.registryChanged({ change, region, model });
    }
    for (const change of changes.slice(0, maxLoggedChanges)) {
      logger.warn(change, "A model differs from the built-in table.");
    }
    const rest = changes.length - maxLoggedChanges;
    if (rest > 0) logger.warn({ changes: rest }, "More models differ from the built-in table.");
  }

  #takeOver({ region, lists, readAt }: StoredLists): void {
    if (lists === undefined || readAt === null || this.#readAt.get(region) === readAt) return;
    this.#readAt.set(region, readAt);
    this.#options.registry.set(region, lists);
  }
}
