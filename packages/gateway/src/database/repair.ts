// Repairs numbers in the embedded database that JavaScript or PostgreSQL cannot read: an older version stored numbers from
// strangers' files unchecked, and SQLite accepts a number of any size, or a text, in any column.

/** The part of a connection that the repair needs. */
interface Connection {
  prepare(statement: string): {
    all(): unknown[];
    run(): { changes: number | bigint };
  };
}

const maxInteger = 2_147_483_647;
const columnTypes: Readonly<Record<string, number>> = {
  integer: maxInteger,
  bigint: Number.MAX_SAFE_INTEGER,
};

interface Column {
  name: string;
  type: string;
  notnull: number;
}

/** Brings every number of every table into the range of its column; returns how many rows were changed. */
export function repairNumbers(connection: Connection): number {
  let changed = 0;
  const tables = connection
    .prepare(
      // Without the search index and the tables in which SQLite keeps it: only it may write to those.
      `SELECT name FROM pragma_table_list
      WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    .all() as { name: string }[];
  for (const { name } of tables) {
    const columns = connection.prepare(`PRAGMA table_info("${name}")`).all() as Column[];
    const numbers = columns.filter(({ type }) => type.toLowerCase() in columnTypes);
    if (numbers.length === 0) continue;
    const repairs = numbers.map((column) => `"${column.name}" = ${repaired(column)}`);
    const broken = numbers.map((column) => `(${isBroken(column)})`);
    const { changes } = connection
      .prepare(`UPDATE "${name}" SET ${repairs.join(", ")} WHERE ${broken.join(" OR ")}`)
      .run();
    changed += Number(changes);
  }
  return changed;
}

function isBroken({ name, type }: Column): string {
  const max = columnTypes[type.toLowerCase()];
  return `typeof("${name}") NOT IN ('integer', 'null') OR "${name}" > ${max} OR "${name}" < -${max}`;
}

/** Returns the SQL of a column's repaired value: null, or where null is not allowed the nearest number in range. */
function repaired(column: Column): string {
  const max = columnTypes[column.type.toLowerCase()];
  const { name } = column;
  const substitute =
    column.notnull === 0
      ? "NULL"
      : `CASE WHEN typeof("${name}") = 'integer' THEN max(-${max}, min(${max}, "${name}")) ELSE 0 END`;
  return `CASE WHEN ${isBroken(column)} THEN ${substitute} ELSE "${name}" END`;
}
