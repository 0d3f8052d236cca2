// Runs the migrations in their order.

import { JimengError } from "@jimeng/sdk";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";

import * as jobs from "./first/0001-jobs.ts";
import * as files from "./first/0002-files.ts";
import * as claims from "./first/0003-claims.ts";
import * as leases from "./first/0004-watchers.ts";
import * as promises from "./first/0005-promises.ts";
import * as responses from "./first/0006-job-responses.ts";
import * as renewedHandles from "./first/0007-renewed-handles.ts";
import * as settlement from "./first/0008-settlement.ts";
import * as incompleteResults from "./first/0009-incomplete-results.ts";
import * as liveModels from "./first/0010-live-models.ts";
import * as listIndexes from "./first/0011-list-indexes.ts";
import * as previews from "./first/0012-previews.ts";
import * as library from "./0013-library.ts";
import * as events from "./0014-events.ts";
import * as batches from "./0016-batches.ts";
import * as webhooks from "./0015-webhooks.ts";
import * as keys from "./0017-keys.ts";
import * as answers from "./0019-answers.ts";
import * as storedAccounts from "./0020-stored-accounts.ts";
import * as traceContexts from "./0021-trace-contexts.ts";
import * as accountStates from "./0022-account-states.ts";
import * as audit from "./0023-audit.ts";
import * as lineage from "./0024-lineage.ts";
import * as signIns from "./0025-sign-ins.ts";
import * as uploadLinks from "./0026-upload-links.ts";
import * as lineageAgain from "./0027-lineage-again.ts";
import type { Schema } from "./schema.ts";

/** A database in the words of an error. */
export interface DatabasePlace {
  title: string;
  /** The setting that names it. */
  param: string;
  /** How a backup is brought back there. */
  bringBack: string;
}

function createMigrator(database: Kysely<Schema>): Migrator {
  return new Migrator({
    db: database,
    provider: {
      getMigrations: () =>
        Promise.resolve({
          "0001-jobs": jobs,
          "0002-files": files,
          "0003-claims": claims,
          "0004-watchers": leases,
          "0005-promises": promises,
          "0006-job-responses": responses,
          "0007-renewed-handles": renewedHandles,
          "0008-settlement": settlement,
          "0009-incomplete-results": incompleteResults,
          "0010-live-models": liveModels,
          "0011-list-indexes": listIndexes,
          "0012-previews": previews,
          "0013-library": library,
          "0014-events": events,
          "0016-batches": batches,
          "0015-webhooks": webhooks,
          "0017-keys": keys,
          "0019-answers": answers,
          "0020-stored-accounts": storedAccounts,
          "0021-trace-contexts": traceContexts,
          "0022-account-states": accountStates,
          "0023-audit": audit,
          "0024-lineage": lineage,
          "0025-sign-ins": signIns,
          "0026-upload-links": uploadLinks,
          "0027-lineage-again": lineageAgain,
        }),
    },
  });
}

/**
 * Brings the tables to the newest shape; does nothing when they are there already. Throws `invalid_request` for tables of
 * a newer version, which it leaves as they are: that version may keep jobs there that this one would not know as paid.
 */
export async function migrate(database: Kysely<Schema>, place: DatabasePlace): Promise<void> {
  const { newer } = await listMigrations(database);
  if (newer[0] !== undefined) throw ofNewerVersion(newer[0], place);
  const { error } = await createMigrator(database).migrateToLatest();
  if (error !== undefined) {
    throw error instanceof Error ? error : new Error("a migration failed", { cause: error });
  }
}

/** Makes the tables of an empty database as a migration, by its name, left them. */
export async function migrateTo(database: Kysely<Schema>, name: string): Promise<void> {
  const { error } = await createMigrator(database).migrateTo(name);
  if (error !== undefined) {
    throw error instanceof Error ? error : new Error("a migration failed", { cause: error });
  }
}

function ofNewerVersion(name: string, { title, param, bringBack }: DatabasePlace): JimengError {
  return new JimengError(
    "invalid_request",
    `${title} was changed by a newer version of jimeng (${name}); its tables were left as they are.`,
    {
      param,
      fix: `Start that version again, or bring back a backup from before it (${bringBack}). Jobs made since that backup are known to the site alone: \`jimeng history import\` finds them.`,
    },
  );
}

/** The migrations of a database, by name, in their order. */
export interface MigrationLists {
  made: string[];
  /** Those that were not made yet. */
  pending: string[];
  /** Those that a newer version made. */
  newer: string[];
}

/** Lists the migrations of a database; changes nothing. */
export async function listMigrations(database: Kysely<Schema>): Promise<MigrationLists> {
  const known = await createMigrator(database).getMigrations();
  const pending = known.flatMap(({ name, executedAt }) => (executedAt === undefined ? name : []));
  const made = known.flatMap(({ name, executedAt }) => (executedAt === undefined ? [] : name));
  // Without its table nothing was migrated yet, and nothing can be newer.
  if (made.length === 0) return { made, pending, newer: [] };
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(database);
  const names = new Set(known.map(({ name }) => name));
  return { made, pending, newer: rows.flatMap(({ name }) => (names.has(name) ? [] : name)) };
}
