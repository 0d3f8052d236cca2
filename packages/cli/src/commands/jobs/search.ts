// `jimeng jobs search`: lists the jobs whose prompts have some words, also those without results.

import type { GatewayClient, JobObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { dateOf, wholeNumber } from "../option-values.ts";
import { printJobs } from "./job-table.ts";

const maxLimit = 1000;
const defaultLimit = 20;
const pageSize = 100;
// Prompts of jobs have no index; those of results have one, in the library.
const maxJobsRead = 5000;

interface SearchOptions extends ConnectionOptions {
  since?: number;
  until?: number;
  limit: number;
  json?: boolean;
}

/** Adds `jimeng jobs search`. */
export function addSearch(group: Command, context: Context): void {
  const { assets, jobs, options: shared } = context.words.help;
  const limit = wholeNumber("--limit", 1, maxLimit);
  const command = group
    .command("search")
    .description(jobs.search)
    .argument("<words...>", jobs.words)
    .option("--since <date>", assets.since, dateOf("--since"))
    .option("--until <date>", assets.until, dateOf("--until"))
    .option("--limit <number>", shared.limit, limit, defaultLimit)
    .option("--json", shared.jsonList);
  withConnectionOptions(command, context.words).action((words: string[], options: SearchOptions) =>
    search(context, options, words),
  );
}

async function search(
  context: Context,
  options: SearchOptions,
  words: readonly string[],
): Promise<void> {
  const { output } = context;
  const { found, isWhole } = await withClient(context, options, (client) =>
    findJobs(client, options, words),
  );
  if (options.json) return output.json({ object: "list", data: found, has_more: !isWhole });
  if (found.length === 0) output.note(({ jobs }) => jobs.none);
  else printJobs(context, found);
  if (!isWhole) output.note(({ jobs }) => jobs.searchEnded);
}

/** Reads jobs, newest first, until enough were found; `isWhole` is false where there may be more. */
async function findJobs(
  { jobs }: GatewayClient,
  { since: createdAfter, until: createdBefore, limit }: SearchOptions,
  words: readonly string[],
): Promise<{ found: JobObject[]; isWhole: boolean }> {
  const wanted = words.map(fold);
  const found: JobObject[] = [];
  let after: string | undefined;
  for (let read = 0; read < maxJobsRead; read += pageSize) {
    const page = await jobs.list({ limit: pageSize, after, createdAfter, createdBefore });
    for (const job of page.data) {
      const prompt = fold(job.request.prompt);
      if (!wanted.every((word) => prompt.includes(word))) continue;
      if (found.length === limit) return { found, isWhole: false };
      found.push(job);
    }
    if (!page.has_more || page.last_id === null) return { found, isWhole: true };
    after = page.last_id;
  }
  return { found, isWhole: false };
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
