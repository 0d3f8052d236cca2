// Writes rows durably, in the way that suits the engine: grouped on SQLite's one connection, each on a connection of
// its own on PostgreSQL.

import type { Kysely } from "kysely";

import type { GatewayDatabase } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Write, WriteOptions } from "./group-commit.ts";
import type { Schema } from "./migrations/schema.ts";

/** Makes writes durable. */
export interface Writer {
  /** Runs a write and returns its result once it is on disk. */
  write<T>(apply: Write<T>, options?: WriteOptions): Promise<T>;
}

/** Makes the writer of a database. */
export function createWriter({ tables, postgres }: GatewayDatabase): Writer {
  return postgres === null ? new GroupCommit(tables) : new PooledWrites(tables);
}

/** Runs every write at once on a connection of its own: PostgreSQL groups the commits itself. */
class PooledWrites implements Writer {
  readonly #tables: Kysely<Schema>;

  constructor(tables: Kysely<Schema>) {
    this.#tables = tables;
  }

  write<T>(apply: Write<T>, { statements = "several" }: WriteOptions = {}): Promise<T> {
    // A single statement is a transaction by itself, for one round trip instead of three.
    if (statements === "one") return apply(this.#tables);
    return this.#tables.transaction().execute(apply);
  }
}
