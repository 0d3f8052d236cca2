// `jimeng jobs`: list, show, wait, cancel, retry, recheck.

import { jobStatuses } from "@jimeng/gateway/api";
import type { JobObject, JobListOptions } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import { withClient, withJobs } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { CliError, toStartFailure } from "../errors.ts";
import { waitForJob } from "../generation/generate.ts";
import type { WaitOptions } from "../generation/generate.ts";
import { moneyWords, stateWords } from "../terminal/job-words.ts";
import { localTime } from "../terminal/local-time.ts";
import { wholeNumber } from "./option-values.ts";
import { withConnectionOptions, withResultOptions } from "./connection-options.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";

const largestPage = 100;
const defaultPage = 20;

// Of `2026-11-20 08:24:58` a list shows `11-20 08:24`: the prompt needs the room more.
const monthBegins = 5;
const secondsBegin = 16;

type JsonOption = { json?: boolean };
type ListOptions = Pick<JobListOptions, "status" | "kind" | "limit"> &
  ConnectionOptions &
  JsonOption;

/** Adds `jimeng jobs` and the commands below it. */
export function addJobsCommand(program: Command, context: Context): void {
  const jobs = program
    .command("jobs")
    .description("list jobs; show, wait for, cancel, repeat or look again for one");
  refuseUnknownSubcommands(jobs);
  addList(jobs, context);
  addShow(jobs, context);
  addWait(jobs, context);
  addCancel(jobs, context);
  addRetry(jobs, context);
  addRecheck(jobs, context);
}

function addList(jobs: Command, context: Context): void {
  const command = jobs
    .command("list", { isDefault: true })
    .description("list jobs, newest first")
    .addOption(new Option("--status <status>", "only jobs in this state").choices(jobStatuses))
    .addOption(new Option("--kind <kind>", "only pictures or videos").choices(["image", "video"]))
    .option("--limit <count>", "how many", wholeNumber(1, largestPage), defaultPage)
    .option("--json", "print the list as JSON");
  withConnectionOptions(command).action(async (options: ListOptions) => {
    const { status, kind, limit } = options;
    const page = await withClient(context, options, (client) =>
      client.jobs.list({ status, kind, limit }),
    );
    if (options.json) return context.output.json(page);
    if (page.data.length === 0) return context.output.note("no jobs");
    const rows = page.data.map((job) => [
      job.id,
      job.kind,
      stateWords(job),
      moneyWords(job),
      localTime(job.created_at).slice(monthBegins, secondsBegin),
      job.request.prompt,
    ]);
    context.output.table(["id", "kind", "state", "money", "made", "prompt"], rows);
    if (page.has_more) context.output.note(`there are more than ${limit}: see --limit`);
  });
}

function addShow(jobs: Command, context: Context): void {
  const command = jobs
    .command("show")
    .description("show one job")
    .argument("<id>", "the job's id")
    .option("--json", "print the job as JSON");
  withConnectionOptions(command).action(
    async (id: string, options: ConnectionOptions & JsonOption) => {
      const job = await withJobs(context, options, (jobs) => jobs.retrieve(id));
      if (options.json) return context.output.json(job);
      for (const line of describeJob(job)) context.output.result(line);
    },
  );
}

function addWait(jobs: Command, context: Context): void {
  const command = jobs
    .command("wait")
    .description("wait for a job, save its files and print their paths")
    .argument("<id>", "the job's id");
  withResultOptions(command).action(async (id: string, options: WaitOptions) => {
    await waitForJob(context, options, id);
  });
}

function addCancel(jobs: Command, context: Context): void {
  const command = jobs
    .command("cancel")
    .description("cancel a job: free before it is sent, afterwards the upstream is asked")
    .argument("<id>", "the job's id")
    .option("--json", "print the job as JSON");
  withConnectionOptions(command).action(
    async (id: string, options: ConnectionOptions & JsonOption) => {
      const job = await withJobs(context, options, (jobs) => jobs.cancel(id));
      if (options.json) return context.output.json(job);
      sayState(context, job);
    },
  );
}

function addRetry(jobs: Command, context: Context): void {
  const command = jobs
    .command("retry")
    .description("ask once more, as a new job, for what an ended job asked for")
    .argument("<id>", "the ended job's id")
    .option("--force", "also where the first may still have a result that is paid for")
    .option("--json", "print the new job as JSON");
  withConnectionOptions(command).action(
    async (id: string, options: ConnectionOptions & JsonOption & { force?: boolean }) => {
      const { force } = options;
      const job = await withJobs(context, options, (jobs) => jobs.retry(id, { force })).catch(
        (error: unknown) => {
          throw new CliError(toStartFailure(error));
        },
      );
      if (options.json) return context.output.json(job);
      sayState(context, job);
    },
  );
}

function addRecheck(jobs: Command, context: Context): void {
  const command = jobs
    .command("recheck")
    .description("look again upstream for a job that was given up without knowing its end")
    .argument("<id>", "the job's id")
    .option("--json", "print the job as JSON");
  withConnectionOptions(command).action(
    async (id: string, options: ConnectionOptions & JsonOption) => {
      const job = await withJobs(context, options, (jobs) => jobs.recheck(id));
      if (options.json) return context.output.json(job);
      sayState(context, job);
      context.output.note(
        job.status === "failed" ? "the upstream still does not show it" : "found again; it goes on",
      );
    },
  );
}

function sayState(context: Context, job: JobObject): void {
  context.output.result(`${job.id} ${stateWords(job)}, ${moneyWords(job)}`);
}

/** Gives the lines that describe a job to a person. */
export function describeJob(job: JobObject): string[] {
  const { request } = job;
  const facts: [string, string | number | null | undefined][] = [
    ["job", job.id],
    [
      "state",
      job.status === "in_progress" ? `${stateWords(job)}, ${job.progress} %` : stateWords(job),
    ],
    ["money", moneyWords(job)],
    ["kind", job.kind],
    ["model", job.model],
    ["prompt", request.prompt],
    ["avoid", request.negative_prompt],
    ["size", request.width && request.height ? `${request.width}x${request.height}` : undefined],
    ["ratio", request.ratio],
    ["resolution", request.resolution],
    ["count", request.count],
    ["seconds", request.duration_seconds],
    ["seed", request.seed],
    ["account", job.account],
    ["priority", job.priority === 0 ? null : job.priority],
    ["repeats", job.retry_of],
    ["made", localTime(job.created_at)],
    ["started", job.started_at === null ? null : localTime(job.started_at)],
    ["ended", job.completed_at === null ? null : localTime(job.completed_at)],
    ["error", job.error?.message],
    ["fix", job.error?.fix],
    ["submit id", job.upstream.submit_id],
    ["history id", job.upstream.history_id],
    ["log id", job.upstream.logid],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [`${name.padEnd(11)} ${value}`],
  );
  for (const warning of job.warnings) lines.push(`warning     ${warning.message}`);
  for (const asset of job.result?.assets ?? []) lines.push(`file        ${asset.url}`);
  return lines;
}
