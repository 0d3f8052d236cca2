// Writes over a pool of connections: each its own transaction, so that the server groups their commits.

import type { Kysely } from "kysely";

import type { Schema } from "./migrations/schema.ts";
import type { Write, Writer } from "./group-commit.ts";

/** Runs every write at once, on a connection of its own. */
export class PooledWrites implements Writer {
  readonly #tables: Kysely<Schema>;

  constructor(tables: Kysely<Schema>) {
    this.#tables = tables;
  }

  /** Asks for a write; gives its result once the server has it on disk. */
  write<T>(
    apply: Write<T>,
    { statements = "several" }: { statements?: "one" | "several" } = {},
  ): Promise<T> {
    // A single statement is a transaction by itself, for one round trip instead of three.
    if (statements === "one") return apply(this.#tables);
    return this.#tables.transaction().execute(apply);
  }
}
