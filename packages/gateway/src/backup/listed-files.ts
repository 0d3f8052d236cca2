// The stored files that the rows of a gateway's database speak of: listed from a snapshot, and looked up again where one
// was not found.

import type { Kysely } from "kysely";

import type { Schema } from "../database/migrations/schema.ts";
import type { DatabaseSync } from "../database/sqlite.ts";
import { fileKey } from "../references/files.ts";
import { assetKey, posterKey } from "../storage/assets.ts";

/** A file that a row speaks of. */
export interface ListedFile {
  key: string;
  bytes: number;
  /** What its digest must be; null where no row tells. */
  sha256: string | null;
  contentType: string;
  /** The id of the result that it belongs to; null for a reference. */
  assetId: string | null;
}

/**
 * Lists the references, and the results where they are wanted, from an SQLite file of ours that may be older than this
 * version. The rows are read as they are needed.
 */
export function* listFiles(
  database: DatabaseSync,
  { withAssets }: { withAssets: boolean },
): Generator<ListedFile> {
  if (columnsOf(database, "files").size > 0) yield* listReferences(database);
  if (withAssets && columnsOf(database, "assets").size > 0) yield* listResults(database);
}

function* listReferences(database: DatabaseSync): Generator<ListedFile> {
  // Two files of the same bytes are stored once.
  const rows = database.prepare(
    "SELECT sha256, max(bytes) AS bytes, max(content_type) AS type FROM files GROUP BY sha256",
  );
  for (const { sha256, bytes, type } of rows.iterate()) {
    const key = fileKey(String(sha256));
    yield {
      key,
      bytes: Number(bytes),
      sha256: String(sha256),
      contentType: String(type),
      assetId: null,
    };
  }
}

function* listResults(database: DatabaseSync): Generator<ListedFile> {
  const columns = columnsOf(database, "assets");
  const poster = columns.has("poster_bytes") ? "poster_bytes" : "NULL";
  const condition = columns.has("deleted_at") ? "WHERE deleted_at IS NULL" : "";
  const rows = database.prepare(
    `SELECT id, bytes, content_type AS type, ${poster} AS poster FROM assets ${condition}`,
  );
  for (const row of rows.iterate()) {
    const [assetId, contentType] = [String(row["id"]), String(row["type"])];
    const key = assetKey({ id: assetId, contentType });
    yield { key, bytes: Number(row["bytes"]), sha256: null, contentType, assetId };
    if (row["poster"] === null) continue;
    const bytes = Number(row["poster"]);
    yield { key: posterKey(assetId), bytes, sha256: null, contentType: "image/webp", assetId };
  }
}

function columnsOf(database: DatabaseSync, table: string): Set<string> {
  const rows = database.prepare("SELECT name FROM pragma_table_info(?)").all(table);
  return new Set(rows.map(({ name }) => String(name)));
}

const idsPerQuery = 500;

/** Returns those of the files that a row of the live database speaks of still: others were removed since the snapshot. */
export async function stillListed(
  tables: Kysely<Schema>,
  files: readonly ListedFile[],
): Promise<ListedFile[]> {
  const found: ListedFile[] = [];
  for (let from = 0; from < files.length; from += idsPerQuery) {
    const some = files.slice(from, from + idsPerQuery);
    const digests = some.flatMap(({ sha256 }) => sha256 ?? []);
    const ids = some.flatMap(({ assetId }) => assetId ?? []);
    const known = new Set<string>();
    if (digests.length > 0) {
      const rows = tables.selectFrom("files").select("sha256").where("sha256", "in", digests);
      for (const { sha256 } of await rows.execute()) known.add(sha256);
    }
    if (ids.length > 0) {
      const rows = tables
        .selectFrom("assets")
        .select("id")
        .where("id", "in", ids)
        .where("deleted_at", "is", null);
      for (const { id } of await rows.execute()) known.add(id);
    }
    found.push(...some.filter(({ sha256, assetId }) => known.has(assetId ?? sha256 ?? "")));
  }
  return found;
}
