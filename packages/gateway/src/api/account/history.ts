// The import of what an account made on the site, as JSON.

import * as z from "zod";

import { accountNameSchema } from "../accounts.ts";

const maxImportLimit = 1000;

/** How many records an import reads when no limit is given. */
export const defaultImportLimit = 100;

/** The body of `POST /v1/history/import`; `since` is Unix seconds, `limit` the newest records to read. */
export const historyImportBodySchema = z
  .object({
    account: accountNameSchema.nullish(),
    limit: z.int().min(1).max(maxImportLimit).nullish(),
    since: z.int().min(0).nullish(),
  })
  .nullish()
  .meta({ id: "HistoryImportRequest" });

/** What an import did: the new jobs, and how many records were left out and why. */
export const historyImportSchema = z
  .object({
    account: z.string(),
    imported: z.array(z.string()),
    skipped: z.object({ known: z.int(), failed: z.int(), unreadable: z.int() }),
  })
  .meta({ id: "HistoryImport" });

export type HistoryImport = z.infer<typeof historyImportSchema>;
