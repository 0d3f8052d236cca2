// Reads and writes which stored files still lack their previews. A row is claimed before the work begins: neither two nodes
// nor a file that kills the process can make the same work twice without end.

import type { GatewayDatabase } from "../../database/database.ts";
import { createWriter } from "../../database/writer.ts";
import type { Picture } from "../../storage/conversions/variant.ts";

/** A stored file whose previews are to be made. */
export interface DuePreview extends Picture {
  jobId: string;
  /** Name of the account that made it; null where that is not known. */
  account: string | null;
  coverUrl: string | null;
  /** When the file was stored, in Unix milliseconds. */
  createdAt: number;
  /** How often somebody has begun, with this time. */
  attempts: number;
  /** Names the claim: a row that was claimed again, or got another file, has another one. */
  claim: number;
}

/** What became of one file. */
export interface PreviewResult {
  due: Pick<DuePreview, "id" | "claim">;
  attempts: number;
  placeholder: string | null;
  posterBytes: number | null;
  /** When it is tried again, in Unix milliseconds; null for never. */
  againAt: number | null;
}

/** The rows of previews. */
export interface PreviewRows {
  /** Claims rows that are due until `leaseUntil`, the ones that wait longest first. */
  claim(now: number, leaseUntil: number, limit: number): Promise<DuePreview[]>;
  /** Writes what became of claimed rows, in one transaction; those that changed meanwhile stay as they are. */
  finish(results: readonly PreviewResult[]): Promise<void>;
}

/** Makes the access to the rows. */
export function createPreviewRows(database: GatewayDatabase): PreviewRows {
  const { tables } = database;
  const writer = createWriter(database);
  return {
    async claim(now, leaseUntil, limit) {
      const due = await tables
        .selectFrom("assets")
        .innerJoin("jobs", "jobs.id", "assets.job_id")
        .selectAll("assets")
        .select("jobs.account_id as account")
        .where("assets.preview_at", "<=", now)
        .orderBy("assets.preview_at")
        .limit(limit)
        .execute();
      if (due.length === 0) return [];
      const ids = due.map(({ id }) => id);
      const claimed = await writer.write(
        (transaction) =>
          transaction
            .updateTable("assets")
            .set((row) => ({
              preview_at: leaseUntil,
              preview_attempts: row("preview_attempts", "+", 1),
            }))
            .where("id", "in", ids)
            .where("preview_at", "<=", now)
            .returning(["id", "preview_attempts as attempts"])
            .execute(),
        { statements: "one" },
      );
      const attempts = new Map(claimed.map((row) => [row.id, row.attempts]));
      return due.flatMap((row) => {
        const attempt = attempts.get(row.id);
        if (attempt === undefined) return [];
        return [
          {
            id: row.id,
            jobId: row.job_id,
            contentType: row.content_type,
            width: row.width,
            height: row.height,
            bytes: row.bytes,
            incomplete: row.incomplete !== 0,
            account: row.account,
            coverUrl: row.cover_url,
            createdAt: row.created_at,
            attempts: attempt,
            claim: leaseUntil,
          },
        ];
      });
    },

    async finish(results) {
      await writer.write(async (transaction) => {
        for (const { due, attempts, placeholder, posterBytes, againAt } of results) {
          await transaction
            .updateTable("assets")
            .set({
              thumbhash: placeholder,
              poster_bytes: posterBytes,
              preview_at: againAt,
              preview_attempts: attempts,
            })
            .where("id", "=", due.id)
            .where("preview_at", "=", due.claim)
            .execute();
        }
      });
    },
  };
}
