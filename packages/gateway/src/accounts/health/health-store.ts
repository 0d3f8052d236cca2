// Keeps the states of accounts in the database, so that a restart and other nodes know what stopped an account.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../../clock.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { AccountStateTable } from "../../database/migrations/schema.ts";
import { healthyState } from "./state.ts";
import type { AccountState, Stop } from "./state.ts";

/** The states as this node knows them; changes are written behind. */
export interface HealthStore {
  get(name: string): AccountState | undefined;
  set(name: string, changes: Partial<AccountState>): void;
  /** Removes a stop, unless another node put a newer one in its place. */
  lift(name: string, stop: Stop): void;
  remove(name: string): void;
  /** Reads what is stored. */
  load(): Promise<void>;
  /** Reads it again every half second, where other nodes change it, too. */
  watch(): void;
  /** Waits until every change is stored. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What the store works with. */
export interface HealthStoreOptions {
  database: GatewayDatabase;
  clock: Clock;
  logger: Logger;
}

// With the time of the read itself, what another node learned counts here within a second.
const refreshMs = 500;

/** Opens the store; nothing is known before `load`. */
export function createHealthStore(options: HealthStoreOptions): HealthStore {
  return new DatabaseHealthStore(options);
}

class DatabaseHealthStore implements HealthStore {
  readonly #options: HealthStoreOptions;
  #states = new Map<string, AccountState>();
  /** The changes of each account that are being written, one after the other. */
  readonly #writing = new Map<string, Promise<void>>();
  /** The accounts that changed here since the last read began. */
  #changed = new Set<string>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: HealthStoreOptions) {
    this.#options = options;
  }

  get(name: string): AccountState | undefined {
    return this.#states.get(name);
  }

  set(name: string, changes: Partial<AccountState>): void {
    this.#states.set(name, { ...(this.#states.get(name) ?? healthyState), ...changes });
    this.#write(name, () => this.#upsert(name, toColumns(changes)));
  }

  lift(name: string, stop: Stop): void {
    this.#states.set(name, { ...(this.#states.get(name) ?? healthyState), stop: null });
    this.#write(name, async () => {
      await this.#options.database.tables
        .updateTable("account_states")
        .set({ stop: null, updated_at: this.#options.clock.now() })
        .where("account", "=", name)
        .where("stop", "=", JSON.stringify(stop))
        .execute();
    });
  }

  remove(name: string): void {
    if (!this.#states.delete(name)) return;
    this.#write(name, async () => {
      const { tables } = this.#options.database;
      await tables.deleteFrom("account_states").where("account", "=", name).execute();
    });
  }

  async load(): Promise<void> {
    await this.#read();
    // Whoever starts the gateway again may have brought another session: the site is asked again.
    for (const [name, { stop }] of this.#states) {
      if (stop?.code === "session_invalid") this.lift(name, stop);
    }
  }

  watch(): void {
    const { database, clock } = this.#options;
    if (database.postgres === null || this.#isClosed) return;
    const again = (): void => {
      void this.#refresh().then(() => {
        if (!this.#isClosed) this.#timer = clock.setTimer(again, refreshMs);
      });
    };
    this.#timer = clock.setTimer(again, refreshMs);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.flush();
  }

  async #refresh(): Promise<void> {
    await this.#read().catch((error: unknown) => {
      this.#options.logger.warn({ error }, "Failed to read the health of accounts, will retry");
    });
  }

  async #read(): Promise<void> {
    this.#changed = new Set(this.#writing.keys());
    const rows = await this.#options.database.tables
      .selectFrom("account_states")
      .selectAll()
      .execute();
    const read = new Map(rows.map((row) => [row.account, toState(row)]));
    // What was changed here meanwhile is newer than what was read.
    for (const name of this.#changed) {
      const own = this.#states.get(name);
      if (own === undefined) read.delete(name);
      else read.set(name, own);
    }
    this.#states = read;
  }

  async #upsert(name: string, columns: Partial<AccountStateTable>): Promise<void> {
    const { database, clock } = this.#options;
    const updated_at = clock.now();
    await database.tables
      .insertInto("account_states")
      .values({ ...noColumns, ...columns, account: name, updated_at })
      .onConflict((conflict) => conflict.column("account").doUpdateSet({ ...columns, updated_at }))
      .execute();
  }

  #write(name: string, work: () => Promise<void>): void {
    const { logger } = this.#options;
    this.#changed.add(name);
    const written = (this.#writing.get(name) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => {
        logger.error({ account: name, error }, "Failed to store the health of an account");
      })
      .finally(() => {
        if (this.#writing.get(name) === written) this.#writing.delete(name);
      });
    this.#writing.set(name, written);
  }
}

const noColumns = { stop: null, strikes: 0, refused_models: null, checked: null };

function toColumns({ stop, strikes, refusedModels, checked }: Partial<AccountState>) {
  return {
    ...(stop !== undefined && { stop: stop === null ? null : JSON.stringify(stop) }),
    ...(strikes !== undefined && { strikes }),
    ...(refusedModels !== undefined && { refused_models: JSON.stringify(refusedModels) }),
    ...(checked !== undefined && { checked: JSON.stringify(checked) }),
  } satisfies Partial<AccountStateTable>;
}

function toState(row: AccountStateTable): AccountState {
  const { stop, strikes, refused_models: refusedModels, checked } = row;
  return {
    stop: stop === null ? null : (JSON.parse(stop) as AccountState["stop"]),
    strikes,
    refusedModels:
      refusedModels === null ? {} : (JSON.parse(refusedModels) as AccountState["refusedModels"]),
    checked:
      checked === null ? healthyState.checked : (JSON.parse(checked) as AccountState["checked"]),
  };
}
