// The links by which a person gives one file: each has an address that cannot be guessed, is good for ten minutes on every
// node, and takes one file for the key that made it.

import { randomBytes } from "node:crypto";

import type { Kysely } from "kysely";
import { v7 as uuidV7 } from "uuid";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { Schema, UploadLinkTable } from "../database/migrations/schema.ts";
import { hashSecret } from "./key.ts";

/** A link. Times are Unix milliseconds. */
export interface UploadLink {
  id: string;
  /** The id of the key that the file is kept for; null for this machine's user. */
  keyId: string | null;
  expiresAt: number;
  state: "open" | "uploading" | "done" | "expired";
  fileId: string | null;
}

/** The links. */
export interface UploadLinks {
  /** Makes a link and returns its token, of which only the hash is kept; the oldest beyond a hundred of one key end. */
  create(keyId: string | null): Promise<{ link: UploadLink; token: string }>;
  /** Returns a link; undefined for one that does not exist any more. */
  get(id: string): Promise<UploadLink | undefined>;
  /** Returns the link of a token. */
  find(token: string): Promise<UploadLink | undefined>;
  /** Takes the one upload of a link; false where another has it, or the link has ended. */
  claim(id: string): Promise<boolean>;
  /** Gives the upload back: it came to nothing. */
  release(id: string): Promise<void>;
  /** Notes the file that was given; false where another was first. */
  finish(id: string, fileId: string): Promise<boolean>;
}

const tokenBytes = 24;
const lifetimeMs = 600_000;
// A result is asked for later than the page is good for.
const keptMs = 3_600_000;
// An upload whose node died does not keep the link closed for its whole life.
const claimMs = 120_000;
const mostOfOneKey = 100;

/** Opens the links of a database. */
export function createUploadLinks(
  { tables }: GatewayDatabase,
  clock: Pick<Clock, "now">,
): UploadLinks {
  const toLink = (row: UploadLinkTable): UploadLink => ({
    id: row.id,
    keyId: row.key_id,
    expiresAt: row.expires_at,
    state: stateOf(row, clock.now()),
    fileId: row.file_id,
  });
  const read = async (column: "id" | "token_hash", value: string) => {
    const query = tables.selectFrom("upload_links").selectAll().where(column, "=", value);
    const row = await query.executeTakeFirst();
    return row && toLink(row);
  };
  return {
    async create(keyId) {
      const now = clock.now();
      await tables
        .deleteFrom("upload_links")
        .where("expires_at", "<=", now - keptMs)
        .execute();
      const token = randomBytes(tokenBytes).toString("base64url");
      const row: UploadLinkTable = {
        id: `upload_${uuidV7()}`,
        token_hash: hashSecret(token),
        key_id: keyId,
        created_at: now,
        expires_at: now + lifetimeMs,
        claimed_at: null,
        file_id: null,
      };
      await tables.insertInto("upload_links").values(row).execute();
      await endOldest(tables, row);
      return { link: toLink(row), token };
    },

    get: (id) => read("id", id),
    find: (token) => read("token_hash", hashSecret(token)),

    async claim(id) {
      const now = clock.now();
      const { numUpdatedRows } = await tables
        .updateTable("upload_links")
        .set({ claimed_at: now })
        .where("id", "=", id)
        .where("file_id", "is", null)
        .where("expires_at", ">", now)
        .where((where) =>
          where.or([where("claimed_at", "is", null), where("claimed_at", "<=", now - claimMs)]),
        )
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async release(id) {
      await tables
        .updateTable("upload_links")
        .set({ claimed_at: null })
        .where("id", "=", id)
        .execute();
    },

    async finish(id, fileId) {
      const { numUpdatedRows } = await tables
        .updateTable("upload_links")
        .set({ file_id: fileId })
        .where("id", "=", id)
        .where("file_id", "is", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

function stateOf(row: UploadLinkTable, now: number): UploadLink["state"] {
  if (row.file_id !== null) return "done";
  if (row.claimed_at !== null && row.claimed_at > now - claimMs) return "uploading";
  return row.expires_at > now ? "open" : "expired";
}

/** Removes the oldest links beyond the most that one key may have; the new one stays. */
async function endOldest(
  tables: Kysely<Schema>,
  { id, key_id: keyId }: Pick<UploadLinkTable, "id" | "key_id">,
): Promise<void> {
  const ofKey = keyId === null ? ("is" as const) : ("=" as const);
  await tables
    .deleteFrom("upload_links")
    .where("key_id", ofKey, keyId)
    .where("id", "<>", id)
    .where("id", "not in", ({ selectFrom }) =>
      selectFrom("upload_links")
        .select("id")
        .where("key_id", ofKey, keyId)
        .orderBy("created_at", "desc")
        .orderBy("id")
        .limit(mostOfOneKey),
    )
    .execute();
}
