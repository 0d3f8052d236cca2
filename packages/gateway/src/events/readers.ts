// Opens what works on the event log beside its writers: the tail for those who follow it, and the removal of old events.

import type { Logger } from "@jimeng/sdk";

import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { EventLog } from "./event-log.ts";
import { createPruning } from "./prune.ts";
import { createEventTail } from "./tail.ts";
import type { EventTail } from "./tail.ts";

/** The tail of the log, and its upkeep. */
export interface EventReaders {
  tail: EventTail;
  /** Begins to remove old events. */
  start(): void;
  close(): Promise<void>;
}

/** What the readers work with. */
export interface EventReadersOptions {
  database: GatewayDatabase;
  events: EventLog;
  clock: Clock;
  logger: Logger;
  limits: { maxAgeMs: number; maxEvents: number };
}

/** Opens the readers; followers wait in real time, whatever `clock` says. */
export function openEventReaders(options: EventReadersOptions): EventReaders {
  const { database, events, clock, logger, limits } = options;
  const tail = createEventTail({ log: events, clock: systemClock, logger });
  const pruning = createPruning({ database, clock, logger, ...limits });
  return {
    tail,
    start: () => pruning.start(),
    async close() {
      tail.close();
      await pruning.close();
    },
  };
}
