// The selection of accounts: which ones may run a request now, those with the fewest running generations first.

import { findModel } from "@jimeng/sdk";
import type { PreparedRequest, Region } from "@jimeng/sdk";

import type { Account } from "./account.ts";
import { modelUnavailable, noAccount, unknownAccount } from "./errors.ts";
import type { AccountHealth } from "./health/health.ts";
import type { AccountRegistry } from "./registry.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { Clock } from "../clock.ts";

/** The names of the accounts that a caller's key permits; null for all of them. */
export type PermittedAccounts = readonly string[] | null;

/** Selects accounts for requests. */
export interface AccountSelection {
  /**
   * Throws before a job is stored when no account could run the request: `not_found` (what: account),
   * `session_invalid`, `risk_controlled` (+ retryAfterMs), `model_unavailable`.
   */
  assertUsable(
    request: Pick<PreparedRequest, "model">,
    name?: string,
    permitted?: PermittedAccounts,
  ): void;
  /** Returns the usable accounts, the one with the fewest running generations first. Throws like `assertUsable`. */
  candidates(
    request: Pick<PreparedRequest, "model">,
    permitted?: PermittedAccounts,
  ): Promise<string[]>;
  /** Returns the number of running generations by account, as of at most a second ago. */
  inFlight(): Promise<ReadonlyMap<string, number>>;
  /** Counts a generation that is about to start, until the rows are counted again. */
  noteStart(name: string): void;
}

/** What the selection needs. */
export interface AccountSelectionOptions {
  registry: Pick<AccountRegistry, "list" | "get" | "connection">;
  health: Pick<AccountHealth, "blockedBy">;
  database: GatewayDatabase;
  clock: Pick<Clock, "now">;
}

/** Makes the selection over the registered accounts. */
export function createAccountSelection(options: AccountSelectionOptions): AccountSelection {
  const { registry, health } = options;
  const counts = new InFlightCounts(options.database, options.clock);

  // What this account's own site told of its models counts, where it told anything.
  function offersModel(model: string, name: string, region: Region): boolean {
    const known = findModel(model, { from: registry.connection(name)?.client.models.peek() });
    // The built-in list has no raw model key (`jimeng:key/…`): the upstream judges it.
    return known === undefined || known.modelKeys[region] !== undefined;
  }

  function usableAccounts(
    request: Pick<PreparedRequest, "model">,
    permitted: PermittedAccounts,
  ): Account[] {
    const configured = registry
      .list()
      .filter(({ name, adopted }) => !adopted && (permitted?.includes(name) ?? true));
    if (configured.length === 0) throw noAccount();
    const withModel = configured.filter(({ name, region }) =>
      offersModel(request.model, name, region),
    );
    const [first] = withModel;
    if (first === undefined) throw modelUnavailable(request.model, configured);
    const { model } = request;
    const usable = withModel.filter(({ name }) => health.blockedBy(name, { model }) === undefined);
    const blockedBy = health.blockedBy(first.name, { model });
    if (usable.length === 0 && blockedBy !== undefined) throw blockedBy;
    return usable;
  }

  return {
    assertUsable(request, name, permitted = null) {
      if (name === undefined) {
        usableAccounts(request, permitted);
        return;
      }
      const account = registry.get(name);
      if (account === undefined || permitted?.includes(name) === false) throw unknownAccount(name);
      if (!offersModel(request.model, name, account.region))
        throw modelUnavailable(request.model, [account]);
      const blockedBy = health.blockedBy(name, { model: request.model });
      if (blockedBy !== undefined) throw blockedBy;
    },

    async candidates(request, permitted = null) {
      const names = usableAccounts(request, permitted).map(({ name }) => name);
      if (names.length < 2) return names;
      const inFlight = await counts.read();
      return names.sort((one, other) => (inFlight.get(one) ?? 0) - (inFlight.get(other) ?? 0));
    },

    inFlight: () => counts.read(),
    noteStart: (name) => counts.add(name),
  };
}

const countsLifetimeMs = 1000;

/** Counts the running generations of each account, in the database at most once a second. */
class InFlightCounts {
  readonly #database: GatewayDatabase;
  readonly #clock: Pick<Clock, "now">;
  #counts = new Map<string, number>();
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(database: GatewayDatabase, clock: Pick<Clock, "now">) {
    this.#database = database;
    this.#clock = clock;
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  async read(): Promise<ReadonlyMap<string, number>> {
    if (this.#clock.now() - this.#readAt < countsLifetimeMs) return this.#counts;
    this.#readAt = this.#clock.now();
    const rows = await this.#database.tables
      .selectFrom("jobs")
      .select(({ fn }) => ["account_id", fn.countAll<number>().as("jobs")])
      .where("status", "=", "in_progress")
      .groupBy("account_id")
      .execute();
    this.#counts = new Map(rows.map((row) => [row.account_id ?? "", row.jobs]));
    return this.#counts;
  }
}
