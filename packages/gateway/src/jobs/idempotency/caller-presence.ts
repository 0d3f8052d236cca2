// Who waits for an answer right now: a name for every waiting connection, and whether its process lives.

import type { Logger } from "@jimeng/sdk";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { Client } from "pg";
import { v7 as uuidV7 } from "uuid";

import type { Channel, WaitsNews } from "../../tasks/channel.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { Schema } from "../../database/migrations/schema.ts";
import { systemClock } from "../../clock.ts";
import type { Timer } from "../../clock.ts";

/** One waiting connection. */
export interface Waiter {
  /** What rows carry: the process, a slash, a number, and `+` when the caller says that it repeats. */
  readonly name: string;
  /** Says that the connection waits no more. */
  leave(): void;
}

/** Names the waiting connections of this process. */
export interface Waiters {
  /** Adds a connection; when it resolves, other nodes see that this process lives. */
  join(repeats: boolean): Promise<Waiter>;
  /**
   * Gives a judge of names: tells whether a connection still waits. Its process is asked where it is another one; who
   * is dead, as `through` sees it, or does not answer has no waiting connections.
   */
  judge(names: readonly string[], through?: Kysely<Schema>): Promise<(name: string) => boolean>;
  /** Says that all connections of this process are gone. */
  close(): Promise<void>;
}

// A node that died is believed alive for so long: meanwhile its callers' repeated requests count as new wishes.
const aliveForMs = 6000;
const renewEveryMs = 2000;
const connectTimeoutMs = 5000;
// Far above the time of a question and its answer, far below that of any proxy or client.
const answerPatienceMs = 1000;
// A process that wakes from a pause finds the question and the news of callers who left in any order.
const settleMs = 50;
const repeatMark = "+";
// Tells these advisory locks from others'.
const lockSpace = 0x6a69;
// pg_locks shows the two numbers of a lock as unsigned, hashtext gives a signed one.
const isHeld = sql<boolean>`exists (
  select 1 from pg_locks where locktype = 'advisory' and granted
  and classid = ${sql.lit(lockSpace)}::oid and objid = (hashtext(nodes.id)::bigint & 4294967295)::oid
)`;
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Tells whether a waiting connection belongs to a caller who said that it repeats. */
export function isRepeat(name: string): boolean {
  return name.endsWith(repeatMark);
}

function processOf(name: string): string {
  return name.slice(0, name.indexOf("/"));
}

/** Makes the waiters of this process. On SQLite there is no other: whatever is not ours is dead. */
export function createWaiters({
  database,
  logger,
  channel,
}: {
  database: GatewayDatabase;
  logger: Logger;
  /** The way to ask other processes; without it those that live are believed. */
  channel?: Pick<Channel, "send" | "listen">;
}): Waiters {
  const { tables, postgres } = database;
  // Every process is a node of its own, whatever ran here before.
  const node = `process_${uuidV7()}`;
  const present = new Set<string>();
  let count = 0;
  let timer: Timer | undefined;
  let standing: Promise<void> | undefined;
  let closed = false;
  let held: Client | undefined;
  let holding: Promise<void> | undefined;

  const questions = new Map<string, (news: WaitsNews) => void>();

  channel?.listen((news) => {
    if (news.kind === "waits") questions.get(news.question)?.(news);
    if (news.kind !== "waiting?") return;
    const asked = news.names.filter((name) => processOf(name) === node);
    if (asked.length === 0) return;
    systemClock.setTimer(() => {
      const names = asked.filter((name) => present.has(name));
      channel.send({ kind: "waits", question: news.question, process: node, names });
    }, settleMs);
  });

  /** Asks living processes which of these names still wait; whoever is silent is frozen, or as good as dead. */
  async function ask(to: Pick<Channel, "send">, names: string[]): Promise<ReadonlySet<string>> {
    const question = uuidV7();
    const waiting = new Set<string>();
    const silent = new Set(names.map(processOf));
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      timer = systemClock.setTimer(resolve, answerPatienceMs);
      questions.set(question, (news) => {
        for (const name of news.names) waiting.add(name);
        silent.delete(news.process);
        if (silent.size === 0) resolve();
      });
      to.send({ kind: "waiting?", question, names });
    });
    timer?.cancel();
    questions.delete(question);
    return waiting;
  }

  /** Takes a lock that PostgreSQL frees the moment this process dies: a lease alone is believed for seconds. */
  async function hold(url: string): Promise<void> {
    const { default: pg } = await import("pg");
    const client = new pg.Client({
      connectionString: url,
      application_name: "jimeng-waiters",
      connectionTimeoutMillis: connectTimeoutMs,
    });
    // Without the connection others take this process for dead, until the next renewal makes another.
    client.on("error", () => (holding = undefined));
    try {
      await client.connect();
      await client.query("select pg_advisory_lock($1, hashtext($2))", [lockSpace, node]);
    } catch (error) {
      holding = undefined;
      client.end().catch(() => undefined);
      throw error;
    }
    held = client;
  }

  async function renew(): Promise<void> {
    try {
      if (postgres !== null) await (holding ??= hold(postgres.url));
      const until = sql<number>`${databaseNow} + ${sql.lit(aliveForMs)}`;
      await tables
        .insertInto("nodes")
        .values({ id: node, alive_until: until })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ alive_until: until }))
        .execute();
    } catch (error) {
      // The next caller tries again, and so does the timer for those who wait already.
      standing = undefined;
      throw error;
    } finally {
      plan();
    }
  }

  function plan(): void {
    timer?.cancel();
    if (closed) return;
    // By the machine's own clock: an engine's injected one may stand still while others wait.
    timer = systemClock.setTimer(() => {
      standing = undefined;
      if (present.size === 0 || closed) return;
      standing = renew();
      standing.catch((error: unknown) => {
        logger.warn({ error }, "Other nodes could not be told that callers wait here.");
      });
    }, renewEveryMs);
  }

  return {
    async join(repeats) {
      count += 1;
      const name = `${node}/${count}${repeats ? repeatMark : ""}`;
      present.add(name);
      try {
        if (postgres !== null) await (standing ??= renew());
      } catch (error) {
        present.delete(name);
        throw error;
      }
      return { name, leave: () => void present.delete(name) };
    },

    async judge(names, through = tables) {
      const foreign = new Set(names.map(processOf).filter((id) => id !== node));
      const alive = new Set([node]);
      if (postgres !== null && foreign.size > 0) {
        const rows = await through
          .selectFrom("nodes")
          .select("id")
          .where("id", "in", [...foreign])
          .where("alive_until", ">", databaseNow)
          .where(isHeld)
          .execute();
        for (const { id } of rows) alive.add(id);
      }
      const elsewhere = names.filter(
        (name) => processOf(name) !== node && alive.has(processOf(name)),
      );
      const waiting =
        channel === undefined || elsewhere.length === 0
          ? new Set(elsewhere)
          : await ask(channel, elsewhere);
      // Of our own we know more than the rows: that a connection has gone may not be written down yet.
      return (name) => (processOf(name) === node ? present.has(name) : waiting.has(name));
    },

    async close() {
      closed = true;
      timer?.cancel();
      if (postgres === null || count === 0) return;
      await standing?.catch(() => undefined);
      await held?.end().catch(() => undefined);
      try {
        await tables.deleteFrom("nodes").where("id", "=", node).execute();
      } catch (error) {
        // It lapses by itself within seconds.
        logger.warn({ error }, "Other nodes could not be told that no caller waits here any more.");
      }
    },
  };
}
