// Groups writes into transactions: all that are asked for while a commit runs share the next one, and its one
// fdatasync.

import type { Kysely } from "kysely";

import type { Schema } from "./migrations/schema.ts";

/** One write. It may run a second time, when another write in its transaction failed. */
export type Write<T> = (transaction: Kysely<Schema>) => Promise<T>;

/** Options of one write. */
export interface WriteOptions {
  /** `one` for a single statement, which needs no transaction around it; default `several`. */
  statements?: "one" | "several";
}

interface Waiting {
  apply: Write<unknown>;
  statements: "one" | "several";
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

// Limits how long one transaction holds the only connection, and the event loop with it.
const maxGroupSize = 64;

/** Runs writes, many in one durable transaction; each promise settles after the commit that made it durable. */
export class GroupCommit {
  readonly #tables: Kysely<Schema>;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(tables: Kysely<Schema>) {
    this.#tables = tables;
  }

  /** Runs a write and returns its result once it is on disk. */
  write<T>(apply: Write<T>, { statements = "several" }: WriteOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        apply,
        statements,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      // One turn of the event loop, so that all who want to write now join the group.
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#waiting.splice(0, maxGroupSize);
      await this.#commit(group);
    }
    this.#running = false;
  }

  async #commit(group: Waiting[]): Promise<void> {
    try {
      const [first, second] = group;
      if (first?.statements === "one" && second === undefined) {
        // A single statement is a transaction by itself.
        first.resolve(await first.apply(this.#tables));
        return;
      }
      const results = await this.#tables.transaction().execute(async (transaction) => {
        const values: unknown[] = [];
        for (const { apply } of group) values.push(await apply(transaction));
        return values;
      });
      group.forEach((waiting, index) => waiting.resolve(results[index]));
    } catch (cause) {
      const [only, ...others] = group;
      if (only !== undefined && others.length === 0) {
        only.reject(cause);
        return;
      }
      // Only the write that failed may fail: each runs again, alone.
      for (const waiting of group) await this.#commit([waiting]);
    }
  }
}
