// Prints jobs as a table.

import type { JobObject } from "@jimeng/gateway/api";

import type { Context } from "../../context.ts";
import { moneyWords, stateWords } from "../../terminal/job-words.ts";
import { localTime } from "../../terminal/local-time.ts";

// Of `2026-11-20 08:24:58` a list shows `11-20 08:24`: the prompt needs the room more.
const monthBegins = 5;
const secondsBegin = 16;

/** Returns the time of a job as a list shows it. */
export function listTime(job: JobObject): string {
  return localTime(job.created_at).slice(monthBegins, secondsBegin);
}

/** Prints jobs in columns. */
export function printJobs({ output, words }: Context, jobs: readonly JobObject[]): void {
  const { id, kind, state, money, made, prompt } = words.jobs;
  output.table(
    [id, kind, state, money, made, prompt],
    jobs.map((job) => [
      job.id,
      words.jobs[job.kind],
      stateWords(job, words),
      moneyWords(job, words),
      listTime(job),
      job.request.prompt,
    ]),
  );
}
