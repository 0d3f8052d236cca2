// Knows which caller connections still wait for an answer, here and in the other processes on the same database.

import type { Logger } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import type { GatewayDatabase } from "../../database/database.ts";
import type { Schema } from "../../database/migrations/schema.ts";
import type { Channel } from "../../tasks/channel.ts";
import { processOf, toConnectionName } from "./connection-name.ts";
import { createPresenceLease } from "./presence-lease.ts";
import { createPresenceQuestions } from "./presence-questions.ts";

/** One connection whose caller waits for an answer. */
export interface CallerConnection {
  /** Name that rows carry (connection-name.ts). */
  readonly name: string;
  /** Removes the connection: its caller no longer waits. */
  leave(): void;
}

/** The connections whose callers wait, in this process and in others. */
export interface CallerPresence {
  /** Adds a connection of this process. Once it resolves, other processes see that this one lives. */
  join(isRepeating: boolean): Promise<CallerConnection>;
  /**
   * Returns a function that says whether a connection still waits. Other processes are asked. One that is dead
   * (read through `through`) or does not answer within a second has no waiting connections.
   */
  whoWaits(names: readonly string[], through?: Kysely<Schema>): Promise<(name: string) => boolean>;
  /** Removes all connections of this process. */
  close(): Promise<void>;
}

/** Makes the presence of this process. On SQLite there is no other process: any other connection is dead. */
export function createCallerPresence({
  database,
  logger,
  channel,
}: {
  database: GatewayDatabase;
  logger: Logger;
  /** Channel to ask other processes; without it every connection of a living process counts as waiting. */
  channel?: Pick<Channel, "emit" | "onMessage">;
}): CallerPresence {
  const present = new Set<string>();
  const lease = createPresenceLease({ database, logger, isNeeded: () => present.size > 0 });
  const here = lease.process;
  const questions =
    channel &&
    createPresenceQuestions(channel, { process: here, isPresent: (name) => present.has(name) });
  let count = 0;

  return {
    async join(isRepeating) {
      count += 1;
      const name = toConnectionName(here, count, isRepeating);
      present.add(name);
      try {
        await lease.hold();
      } catch (error) {
        present.delete(name);
        throw error;
      }
      return { name, leave: () => void present.delete(name) };
    },

    async whoWaits(names, through) {
      const others = new Set(names.map(processOf).filter((process) => process !== here));
      const alive = await lease.aliveAmong(others, through);
      const elsewhere = names.filter((name) => alive.has(processOf(name)));
      const waiting =
        questions === undefined || elsewhere.length === 0
          ? new Set(elsewhere)
          : await questions.ask(elsewhere);
      // About our own connections we know more than the rows: that one has left may not be stored yet.
      return (name) => (processOf(name) === here ? present.has(name) : waiting.has(name));
    },

    close: () => lease.release(),
  };
}
