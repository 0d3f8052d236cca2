// Keeps the text of statements that are run again and again: building and compiling one costs more than running it.

import type { Compilable, CompiledQuery, Kysely, QueryResult } from "kysely";

import type { Schema } from "./migrations/schema.ts";

// Each name is a statement of our own code, and an update has as many names as there are sets of columns.
const maxStatements = 256;

/** The texts of one database's statements. */
export class FixedStatements {
  readonly #texts = new Map<string, CompiledQuery>();

  /**
   * Runs a statement with values in the order of its text. It is built by the first run only, with the same values:
   * a statement whose text depends on anything but its name must not be run so.
   */
  async run<Row>(
    tables: Kysely<Schema>,
    name: string,
    values: readonly unknown[],
    build: () => Compilable<Row>,
  ): Promise<QueryResult<Row>> {
    const known = this.#texts.get(name) as CompiledQuery<Row> | undefined;
    if (known !== undefined) return await tables.executeQuery({ ...known, parameters: values });
    const built = build().compile();
    assertSameValues(name, built.parameters, values);
    if (this.#texts.size < maxStatements) this.#texts.set(name, built);
    return await tables.executeQuery(built);
  }
}

function assertSameValues(
  name: string,
  built: readonly unknown[],
  values: readonly unknown[],
): void {
  const isSame =
    built.length === values.length && built.every((value, index) => value === values[index]);
  if (!isSame) throw new Error(`the statement ${name} takes other values than it was run with`);
}
