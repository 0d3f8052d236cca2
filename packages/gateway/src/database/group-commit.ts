// The grouping of writes into transactions: whatever is asked for while a commit runs shares the next one, and so one
// fdatasync.

import type { Kysely } from "kysely";

import type { Schema } from "./migrations/schema.ts";

/** One write; it may be run a second time when a neighbour in its transaction failed. */
export type Write<T> = (transaction: Kysely<Schema>) => Promise<T>;

/** Makes writes durable. */
export interface Writer {
  /** Asks for a write; gives its result once it is on disk. One statement needs no transaction around it. */
  write<T>(apply: Write<T>, options?: { statements?: "one" | "several" }): Promise<T>;
}

interface Waiting {
  apply: Write<unknown>;
  statements: "one" | "several";
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

// Bounds how long one transaction holds the only connection, and the event loop with it.
const largestGroup = 64;

/** Runs writes, many in one durable transaction; each promise settles after the commit that made it durable. */
export class GroupCommit implements Writer {
  readonly #tables: Kysely<Schema>;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(tables: Kysely<Schema>) {
    this.#tables = tables;
  }

  /** Asks for a write; gives its result once it is on disk. */
  write<T>(
    apply: Write<T>,
    { statements = "several" }: { statements?: "one" | "several" } = {},
  ): Promise<T> {
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
      // One turn of the event loop lets everything that wants to write now join the group.
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#waiting.splice(0, largestGroup);
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
      // Only the guilty write may fail: each again, alone.
      for (const waiting of group) await this.#commit([waiting]);
    }
  }
}
