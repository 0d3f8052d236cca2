// Imports an account's own history: what was made on the site becomes jobs and files here.

import { JimengError } from "@jimeng/sdk";
import type { Warning } from "@jimeng/sdk";

import type { HistoryEntry } from "../accounts/client.ts";
import type { AccountAccess } from "../accounts/account.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { toAdoptedRequest } from "../jobs/index.ts";
import type { Adoption, Job, Jobs } from "../jobs/job.ts";

/** How much of the history to import, and for whom. */
export interface ImportOptions {
  /** The number of newest records that are read. */
  limit: number;
  /** What was made earlier is left out (Unix milliseconds). */
  since?: number;
  /** The caller who will own the jobs. */
  keyId: string | null;
}

/** What an import did. */
export interface ImportReport {
  imported: Job[];
  /** How many records were left out: known already, failed on the site, not readable. */
  skipped: { known: number; failed: number; unreadable: number };
}

/** The services of an import. */
export interface ImportServices {
  jobs: Pick<Jobs, "adopt">;
  accounts: Pick<Accounts, "noteFailure" | "noteSuccess">;
}

const maxPageSize = 50;

/** Imports the newest records of one account; running ones are polled, finished ones are saved. */
export async function importHistory(
  { jobs, accounts }: ImportServices,
  access: AccountAccess,
  options: ImportOptions,
): Promise<ImportReport> {
  const { name } = access.account;
  let found: FoundJobs;
  try {
    found = await readHistory(access, options);
  } catch (error) {
    if (JimengError.isInstance(error)) accounts.noteFailure(name, error);
    throw error;
  }
  accounts.noteSuccess(name);
  const importable = found.entries.filter(({ status }) => status !== "failed");
  // Oldest first, so that the list of jobs is in the order in which they were made.
  const imported = await jobs.adopt(
    importable.toReversed().map((entry) => toAdoption(entry, name, options.keyId)),
  );
  return {
    imported,
    skipped: {
      known: importable.length - imported.length,
      failed: found.entries.length - importable.length,
      unreadable: found.unreadable,
    },
  };
}

interface FoundJobs {
  entries: HistoryEntry[];
  unreadable: number;
}

async function readHistory({ client }: AccountAccess, options: ImportOptions): Promise<FoundJobs> {
  // By submit id: a record that is added while we read moves another one to the next page, so that it comes twice.
  const found = new Map<string, HistoryEntry>();
  let unreadable = 0;
  const since = options.since ?? Number.NEGATIVE_INFINITY;
  let cursor: string | undefined;
  let left = options.limit;
  // The site decides how many records a page has: fewer than asked for are not the last ones.
  while (left > 0) {
    const page = await client.generations.list({ limit: Math.min(left, maxPageSize), cursor });
    const entries = page.generations.slice(0, left);
    const read = page.generations.length + (page.unreadable ?? 0);
    left -= read;
    const recent = entries.filter(({ createdAt }) => createdAt === null || createdAt >= since);
    for (const entry of recent) found.set(entry.operation.submitId, entry);
    unreadable += page.unreadable ?? 0;
    // Newest first: after the first record that is too old there are only older ones.
    const isDone = recent.length < entries.length || read === 0;
    if (isDone || page.cursor === null || page.cursor === cursor) break;
    cursor = page.cursor;
  }
  return { entries: [...found.values()], unreadable };
}

function toAdoption(entry: HistoryEntry, account: string, keyId: string | null): Adoption {
  const { prompt, ...generation } = entry;
  const request = toAdoptedRequest(generation, prompt ?? "");
  const message = prompt
    ? "Made on the site and imported: its seed and strength are not known."
    : "Made on the site and imported: its prompt, seed and strength are not known.";
  const warning: Warning = { code: "imported", message };
  return { generation, request, warnings: [warning], keyId, account };
}
