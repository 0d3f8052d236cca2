// Shows other processes that this one lives while callers wait in it, by an advisory lock that PostgreSQL frees when the
// process dies and a row in `nodes` that is renewed.

import type { Logger } from "@jimeng/sdk";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { Client } from "pg";
import { v7 as uuidV7 } from "uuid";

import { systemClock } from "../../clock.ts";
import type { Timer } from "../../clock.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { Schema } from "../../database/migrations/schema.ts";

/** The sign of life of this process. */
export interface PresenceLease {
  /** Id of this process, new at every start. */
  readonly process: string;
  /** Resolves when other processes see that this one lives. */
  hold(): Promise<void>;
  /** Returns those of the processes that live. */
  aliveAmong(processes: ReadonlySet<string>, through?: Kysely<Schema>): Promise<Set<string>>;
  /** Ends the sign of life. */
  release(): Promise<void>;
}

// A process that died counts as alive for at most this long, when its lock outlives it: repeated requests are new then.
const aliveForMs = 6000;
const renewEveryMs = 2000;
const connectTimeoutMs = 5000;
// First number of these advisory locks; it separates them from others.
const lockSpace = 0x6a69;
// pg_locks shows the two numbers of a lock as unsigned, hashtext returns a signed one.
const isHeld = sql<boolean>`exists (
  select 1 from pg_locks where locktype = 'advisory' and granted
  and classid = ${sql.lit(lockSpace)}::oid and objid = (hashtext(nodes.id)::bigint & 4294967295)::oid
)`;
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** What a lease is made of. */
interface LeaseOptions {
  database: GatewayDatabase;
  logger: Logger;
  /** Returns whether callers wait here: without any, the lease is not renewed. */
  isNeeded: () => boolean;
}

/** Makes the lease of this process. On SQLite it does nothing: there are no other processes. */
export function createPresenceLease({ database, logger, isNeeded }: LeaseOptions): PresenceLease {
  const process = `process_${uuidV7()}`;
  if (database.postgres === null) {
    return {
      process,
      hold: () => Promise.resolve(),
      aliveAmong: () => Promise.resolve(new Set()),
      release: () => Promise.resolve(),
    };
  }
  const { tables, postgres } = database;
  const lock = new ProcessLock(() => postgres.url, process);
  let timer: Timer | undefined;
  let renewal: Promise<void> | undefined;
  let isUsed = false;
  let isReleased = false;

  async function renew(): Promise<void> {
    try {
      await lock.hold();
      const until = sql<number>`${databaseNow} + ${sql.lit(aliveForMs)}`;
      await tables
        .insertInto("nodes")
        .values({ id: process, alive_until: until })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ alive_until: until }))
        .execute();
    } catch (error) {
      // The next caller tries again, and the timer does for those who wait already.
      renewal = undefined;
      throw error;
    } finally {
      planRenewal();
    }
  }

  function planRenewal(): void {
    timer?.cancel();
    if (isReleased) return;
    // By the machine's own clock: a test's clock may stand still while other processes wait.
    timer = systemClock.setTimer(() => {
      renewal = undefined;
      if (!isNeeded() || isReleased) return;
      renewal = renew();
      renewal.catch((error: unknown) => {
        logger.warn({ error }, "Failed to renew the presence of this process");
      });
    }, renewEveryMs);
  }

  return {
    process,
    async hold() {
      isUsed = true;
      await (renewal ??= renew());
    },
    aliveAmong: (processes, through = tables) => readAlive(through, processes),
    async release() {
      isReleased = true;
      timer?.cancel();
      if (!isUsed) return;
      await renewal?.catch(() => undefined);
      await lock.release();
      try {
        await tables.deleteFrom("nodes").where("id", "=", process).execute();
      } catch (error) {
        // The row expires by itself within seconds.
        logger.warn({ error }, "Failed to remove the presence of this process");
      }
    },
  };
}

async function readAlive(
  tables: Kysely<Schema>,
  processes: ReadonlySet<string>,
): Promise<Set<string>> {
  if (processes.size === 0) return new Set();
  const rows = await tables
    .selectFrom("nodes")
    .select("id")
    .where("id", "in", [...processes])
    .where("alive_until", ">", databaseNow)
    .where(isHeld)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** An advisory lock on a connection of its own: with the row alone a dead process would count as alive for seconds. */
class ProcessLock {
  readonly #url: () => string;
  readonly #process: string;
  #holding: Promise<Client> | undefined;

  constructor(url: () => string, process: string) {
    this.#url = url;
    this.#process = process;
  }

  async hold(): Promise<void> {
    await (this.#holding ??= this.#take());
  }

  async release(): Promise<void> {
    const client = await this.#holding?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #take(): Promise<Client> {
    const { default: pg } = await import("pg");
    const client = new pg.Client({
      connectionString: this.#url(),
      application_name: "jimeng-presence",
      connectionTimeoutMillis: connectTimeoutMs,
    });
    // Without the connection other processes take this one for dead, until the next renewal connects again.
    client.on("error", () => (this.#holding = undefined));
    try {
      await client.connect();
      await client.query("select pg_advisory_lock($1, hashtext($2))", [lockSpace, this.#process]);
    } catch (error) {
      this.#holding = undefined;
      client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }
}
