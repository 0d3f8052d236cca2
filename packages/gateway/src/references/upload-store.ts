// The SQL of uploads: which account still has an upstream handle of which bytes.

import type { UploadedAudio, UploadedImage, UploadedVideo } from "@jimeng/sdk";

import type { GatewayDatabase } from "../database/database.ts";

/** The upstream's handle of an uploaded file. */
export type UploadHandle = UploadedImage | UploadedVideo | UploadedAudio;

/** Reads and writes upload handles. */
export interface UploadStore {
  /** Returns the handles that an account (its session's fingerprint) still has, by SHA-256. */
  uploads(account: string, sha256s: string[], now: number): Promise<Map<string, UploadHandle>>;
  addUpload(account: string, sha256: string, handle: UploadHandle, now: number): Promise<void>;
  /** Removes one handle of an account; a newer one of the same bytes stays. */
  removeUpload(account: string, sha256: string, handle: UploadHandle): Promise<void>;
  removeExpired(now: number): Promise<void>;
}

/**
 * How long an uploaded file is reused without a new upload, in milliseconds. How long the upstream keeps one is not
 * known; half a day is about as long as a browser tab on the site stays open.
 */
export const uploadLifetimeMs = 12 * 3600 * 1000;

/** Makes the store over an open database. */
export function createUploadStore({ tables }: GatewayDatabase): UploadStore {
  return {
    async uploads(account, sha256s, now) {
      if (sha256s.length === 0) return new Map();
      const rows = await tables
        .selectFrom("uploads")
        .select(["sha256", "handle"])
        .where("account_id", "=", account)
        .where("sha256", "in", sha256s)
        .where("created_at", ">", now - uploadLifetimeMs)
        .execute();
      // Only addUpload writes this column, so its shape is known.
      return new Map(rows.map((row) => [row.sha256, JSON.parse(row.handle) as UploadHandle]));
    },

    async addUpload(account, sha256, handle, now) {
      const values = { handle: JSON.stringify(handle), created_at: now };
      await tables
        .insertInto("uploads")
        .values({ account_id: account, sha256, ...values })
        .onConflict((conflict) => conflict.columns(["sha256", "account_id"]).doUpdateSet(values))
        .execute();
    },

    async removeUpload(account, sha256, handle) {
      await tables
        .deleteFrom("uploads")
        .where("account_id", "=", account)
        .where("sha256", "=", sha256)
        // As addUpload wrote it: reading and writing it again keeps the order of its properties.
        .where("handle", "=", JSON.stringify(handle))
        .execute();
    },

    async removeExpired(now) {
      await tables
        .deleteFrom("uploads")
        .where("created_at", "<=", now - uploadLifetimeMs)
        .execute();
    },
  };
}
