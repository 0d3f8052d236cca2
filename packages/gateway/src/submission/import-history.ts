// Turning an account's own history into jobs and files of ours: what was made on the site is found here too.

import { JimengError } from "@jimeng/sdk";
import type { Warning } from "@jimeng/sdk";

import type { HistoryEntry } from "../accounts/client.ts";
import type { AccountAccess, Accounts } from "../accounts/registry.ts";
import { toAdoptedRequest } from "../jobs/adopt.ts";
import type { Adoption, Job, Jobs } from "../jobs/job.ts";

/** Says how much of the history to take. */
export interface ImportWish {
  /** How many of the newest records are looked at. */
  limit: number;
  /** Leaves out what was made before (Unix milliseconds). */
  since?: number;
  /** Names the caller whom the jobs will belong to. */
  keyId: string | null;
}

/** What an import did. */
export interface ImportReport {
  imported: Job[];
  /** Counts what was left out: known already, failed on the site, not readable. */
  skipped: { known: number; failed: number; unreadable: number };
}

/** What an import works with. */
export interface ImportParts {
  jobs: Pick<Jobs, "adopt">;
  accounts: Pick<Accounts, "noteFailure" | "noteSuccess">;
}

const largestPage = 50;

/** Imports the newest records of one account; running ones are watched, finished ones are saved. */
export async function importHistory(
  { jobs, accounts }: ImportParts,
  access: AccountAccess,
  wish: ImportWish,
): Promise<ImportReport> {
  const { name } = access.account;
  let found: FoundJobs;
  try {
    found = await readHistory(access, wish);
  } catch (error) {
    if (JimengError.isInstance(error)) accounts.noteFailure(name, error);
    throw error;
  }
  accounts.noteSuccess(name);
  const wanted = found.entries.filter(({ status }) => status !== "failed");
  // Oldest first, so that the list of jobs is in the order in which they were made.
  const imported = await jobs.adopt(
    wanted.toReversed().map((entry) => toAdoption(entry, name, wish.keyId)),
  );
  return {
    imported,
    skipped: {
      known: wanted.length - imported.length,
      failed: found.entries.length - wanted.length,
      unreadable: found.unreadable,
    },
  };
}

interface FoundJobs {
  entries: HistoryEntry[];
  unreadable: number;
}

async function readHistory({ client }: AccountAccess, wish: ImportWish): Promise<FoundJobs> {
  // By submit id: a record that is made while we read pushes another onto the next page, again.
  const found = new Map<string, HistoryEntry>();
  let unreadable = 0;
  const since = wish.since ?? Number.NEGATIVE_INFINITY;
  let cursor: string | undefined;
  let left = wish.limit;
  // The site decides how many records a page has: fewer than asked for are not the last ones.
  while (left > 0) {
    const page = await client.generations.list({ limit: Math.min(left, largestPage), cursor });
    const entries = page.generations.slice(0, left);
    const read = page.generations.length + (page.unreadable ?? 0);
    left -= read;
    const recent = entries.filter(({ createdAt }) => createdAt === null || createdAt >= since);
    for (const entry of recent) found.set(entry.operation.submitId, entry);
    unreadable += page.unreadable ?? 0;
    // Newest first: behind the first record that is too old there are only older ones.
    const isPastWish = recent.length < entries.length || read === 0;
    if (isPastWish || page.cursor === null || page.cursor === cursor) break;
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
