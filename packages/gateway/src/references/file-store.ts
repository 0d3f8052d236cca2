// The SQL of reference files.

import type { GatewayDatabase } from "../database/database.ts";
import { fileIdsIn } from "./file-handles.ts";
import type { FileTable } from "../database/migrations/schema.ts";
import { boundedInteger } from "../storage/inspection/bounds.ts";
import type { ReferenceMedia } from "./inspect.ts";

/** A kept reference file. Times are Unix milliseconds. */
export interface StoredFile extends ReferenceMedia {
  id: string;
  sha256: string;
  bytes: number;
  name: string;
  /** The key of the caller that sent it; null for the local user. */
  keyId: string | null;
  purpose: string;
  createdAt: number;
  /** Null for a file that is kept until it is deleted. */
  expiresAt: number | null;
}

/** The filter of a list of files; without `keyId` it lists everybody's. */
export interface FileFilter {
  keyId?: string | null;
  purpose?: string;
  after?: string;
  limit: number;
  order: "asc" | "desc";
}

/** Reads and writes the rows of files. */
export interface FileStore {
  add(file: StoredFile): Promise<void>;
  get(id: string): Promise<StoredFile | undefined>;
  list(filter: FileFilter): Promise<{ files: StoredFile[]; hasMore: boolean }>;
  /** Removes a row and returns whether no other row has the same bytes. */
  remove(id: string): Promise<boolean>;
  /** Returns the files that have expired and to which no unfinished job refers. */
  expired(now: number): Promise<Pick<StoredFile, "id" | "sha256">[]>;
  /** Returns the ids of the files to which unfinished jobs refer. */
  inUse(): Promise<Set<string>>;
}

/** Makes the store over an open database. */
export function createFileStore({ tables }: GatewayDatabase): FileStore {
  async function inUse(): Promise<Set<string>> {
    const rows = await tables
      .selectFrom("jobs")
      .select("request")
      .where("status", "in", ["queued", "in_progress"])
      .where("request", "like", '%"jimeng-file:%')
      .execute();
    return new Set(rows.flatMap(({ request }) => fileIdsIn(request)));
  }

  return {
    async add(file) {
      await tables.insertInto("files").values(toRow(file)).execute();
    },

    async get(id) {
      const row = await tables
        .selectFrom("files")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row && parseRow(row);
    },

    async list(filter) {
      let query = tables
        .selectFrom("files")
        .selectAll()
        .orderBy("id", filter.order)
        .limit(filter.limit + 1);
      if (filter.after !== undefined)
        query = query.where("id", filter.order === "asc" ? ">" : "<", filter.after);
      if (filter.keyId === null) query = query.where("key_id", "is", null);
      else if (filter.keyId !== undefined) query = query.where("key_id", "=", filter.keyId);
      if (filter.purpose !== undefined) query = query.where("purpose", "=", filter.purpose);
      const rows = await query.execute();
      return {
        files: rows.slice(0, filter.limit).map(parseRow),
        hasMore: rows.length > filter.limit,
      };
    },

    async remove(id) {
      const row = await tables
        .deleteFrom("files")
        .where("id", "=", id)
        .returning("sha256")
        .executeTakeFirst();
      if (row === undefined) return false;
      const others = await tables
        .selectFrom("files")
        .select("id")
        .where("sha256", "=", row.sha256)
        .limit(1)
        .execute();
      return others.length === 0;
    },

    async expired(now) {
      const rows = await tables
        .selectFrom("files")
        .select(["id", "sha256"])
        .where("expires_at", "<=", now)
        .execute();
      if (rows.length === 0) return [];
      const used = await inUse();
      return rows.filter(({ id }) => !used.has(id));
    },

    inUse,
  };
}

function parseRow(row: FileTable): StoredFile {
  return {
    id: row.id,
    sha256: row.sha256,
    kind: row.kind,
    contentType: row.content_type,
    width: boundedInteger(row.width),
    height: boundedInteger(row.height),
    durationMs: boundedInteger(row.duration_ms),
    bytes: row.bytes,
    name: row.name,
    keyId: row.key_id,
    purpose: row.purpose,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

function toRow(file: StoredFile): FileTable {
  return {
    id: file.id,
    sha256: file.sha256,
    kind: file.kind,
    content_type: file.contentType,
    width: file.width,
    height: file.height,
    duration_ms: file.durationMs,
    bytes: file.bytes,
    name: file.name,
    key_id: file.keyId,
    purpose: file.purpose,
    created_at: file.createdAt,
    expires_at: file.expiresAt,
  };
}
