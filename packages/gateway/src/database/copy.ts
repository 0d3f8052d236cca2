// Moves the rows of a data folder's SQLite database to PostgreSQL: all of them in one transaction, or none.

import { access, rename } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import { openDatabase } from "./database.ts";
import type { Schema } from "./migrations/schema.ts";
import { countRows, moveRows, moving } from "./move-rows.ts";
import { lockOwner } from "./owner-lock.ts";
import { databaseFile } from "./sqlite.ts";

/** What was copied. */
export interface CopyReport {
  /** Rows by table, those of tables that have any. */
  rows: Record<string, number>;
  /** True when an earlier run had copied everything, and was cut off before it renamed the old database. */
  wasCopied: boolean;
  /** Path of the renamed old database; a gateway that is started there no longer finds its jobs. */
  oldDatabase: string;
  /** True when callers' own sessions are among the rows: only the secret that encrypted them can read them. */
  hasSessions: boolean;
}

const movedSuffix = ".copied";

/**
 * Copies every row in one transaction, then renames the old database, so that no job runs on both. A run that was
 * cut off can be repeated. Throws `conflict` while a gateway uses the folder or when the target
 * holds other rows, `not_found` when there is no database, `invalid_request` for a target that cannot be opened.
 */
export async function copyDatabase(options: {
  dataDir: string;
  databaseUrl: string;
}): Promise<CopyReport> {
  const { dataDir, databaseUrl } = options;
  const file = join(dataDir, databaseFile);
  await access(file).catch((cause: unknown) => {
    throw new JimengError("not_found", `There is no database in ${dataDir}.`, {
      cause,
      param: "--from",
      fix: "Name the data folder of the gateway, as JIMENG_DATA_DIR does.",
    });
  });
  const lock = await lockOwner({ dataDir });
  try {
    const source = await openDatabase({ dataDir });
    try {
      const target = await openDatabase({ dataDir, databaseUrl });
      try {
        const report = await copyRows(source.tables, target.tables);
        const oldDatabase = `${file}${movedSuffix}`;
        await source.close();
        await rename(file, oldDatabase);
        return { ...report, oldDatabase };
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  } finally {
    lock.release();
  }
}

async function copyRows(
  source: Kysely<Schema>,
  target: Kysely<Schema>,
): Promise<Omit<CopyReport, "oldDatabase">> {
  const expected = await countRows(source);
  const found = await countRows(target);
  const hasSessions = (expected["accounts"] ?? 0) > 0;
  if (Object.keys(found).length > 0) {
    if (!(await isCopyOf(source, target, expected, found))) throw notEmpty(found);
    return { rows: expected, wasCopied: true, hasSessions };
  }
  await target.transaction().execute((transaction) => moveRows(source, transaction));
  return { rows: expected, wasCopied: false, hasSessions };
}

/** Returns whether the target holds exactly what the source holds; of the rows themselves only the jobs are compared. */
async function isCopyOf(
  source: Kysely<Schema>,
  target: Kysely<Schema>,
  expected: Record<string, number>,
  found: Record<string, number>,
): Promise<boolean> {
  if (moving.some((name) => expected[name] !== found[name])) return false;
  const jobs = async (database: Kysely<Schema>) =>
    (await database.selectFrom("jobs").select(["id", "version"]).orderBy("id").execute()).map(
      ({ id, version }) => `${id} ${version}`,
    );
  const [old, copied] = await Promise.all([jobs(source), jobs(target)]);
  return old.every((row, index) => row === copied[index]);
}

function notEmpty(found: Record<string, number>): ExpectedError {
  const counts = Object.entries(found).map(([name, rows]) => `${rows} ${name}`);
  return new ServiceError(
    "conflict",
    `The target database is in use: it holds ${counts.join(", ")}.`,
    {
      param: "--to",
      fix: "Name an empty database; two databases cannot be merged.",
    },
  );
}
