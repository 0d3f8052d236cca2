// `jimeng jobs`: list, search, show, wait, download, cancel, retry, recheck, cost.

import { jobStatuses, toGatewayError } from "@jimeng/gateway/api/client";
import type { GatewayClient, JobObject, JobListOptions } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import { withClient, withJobs } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import type { Context } from "../../context.ts";
import { CliError, toStartFailure } from "../../errors.ts";
import { waitForJob } from "../../generation/generate.ts";
import type { WaitOptions } from "../../generation/generate.ts";
import { costWords, moneyWords, stateWords } from "../../terminal/job-words.ts";
import { localTime } from "../../terminal/local-time.ts";
import { wholeNumber } from "../option-values.ts";
import { padText } from "../../terminal/text-width.ts";
import type { Words } from "../../words/words.ts";
import {
  withConnectionOptions,
  withFormatOption,
  withResultOptions,
  withViewOptions,
} from "../connection-options.ts";
import { refuseUnknownSubcommands } from "../subcommands.ts";
import { addDownload } from "./download.ts";
import { listTime, printJobs } from "./job-table.ts";
import { addSearch } from "./search.ts";
import { watchJobs } from "./watch.ts";

const maxLimit = 100;
const defaultLimit = 20;
/** The width of the names in front of a job's facts. */
const nameWidth = 12;

type JsonOption = { json?: boolean };
type ListOptions = Pick<JobListOptions, "status" | "kind" | "limit"> &
  ConnectionOptions &
  JsonOption & { watch?: true };

/** Adds `jimeng jobs` and the commands below it. */
export function addJobsCommand(program: Command, context: Context): void {
  const jobs = program.command("jobs").description(context.words.help.jobs.description);
  refuseUnknownSubcommands(jobs);
  addList(jobs, context);
  addShow(jobs, context);
  addWait(jobs, context);
  addDownload(jobs, context);
  addSearch(jobs, context);
  addCancel(jobs, context);
  addRetry(jobs, context);
  addRecheck(jobs, context);
  addCost(jobs, context);
}

function addList(group: Command, context: Context): void {
  const { help, jobs: words } = context.words;
  const limit = wholeNumber("--limit", 1, maxLimit);
  const command = group
    .command("list", { isDefault: true })
    .description(help.jobs.list)
    .addOption(new Option("--status <status>", help.jobs.status).choices(jobStatuses))
    .addOption(new Option("--kind <kind>", help.jobs.kind).choices(["image", "video", "audio"]))
    .option("--limit <number>", help.options.limit, limit, defaultLimit)
    .addOption(new Option("--watch", help.jobs.watch).conflicts("json"))
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(async (options: ListOptions) => {
    const query = { status: options.status, kind: options.kind, limit: options.limit };
    const print = (jobs: readonly JobObject[]): void =>
      jobs.length === 0 ? context.output.note(words.none) : printJobs(context, jobs);
    if (options.watch) {
      const list = async (client: GatewayClient, signal: AbortSignal): Promise<JobObject[]> =>
        (await client.jobs.list({ ...query, signal })).data;
      return await watchJobs(context, options, list, print);
    }
    const page = await withClient(context, options, (client) => client.jobs.list(query));
    if (options.json) return context.output.json(page);
    print(page.data);
    if (page.has_more) context.output.note(words.more(options.limit ?? defaultLimit));
  });
}

function addShow(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("show")
    .description(help.jobs.show)
    .argument("<id>", help.options.jobId)
    .option("--json", help.options.jsonJob);
  withConnectionOptions(command, context.words).action(
    async (id: string, options: ConnectionOptions & JsonOption) => {
      const job = await withJobs(context, options, (jobs) => jobs.retrieve(id));
      if (options.json) return context.output.json(job);
      for (const line of describeJob(job, context.words)) context.output.result(line);
    },
  );
}

function addWait(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("wait")
    .description(help.jobs.wait)
    .argument("<id>", help.options.jobId);
  const withFormat = withFormatOption(command, context.words);
  withViewOptions(withResultOptions(withFormat, context.words), context.words).action(
    async (id: string, options: WaitOptions) => {
      await waitForJob(context, options, id);
    },
  );
}

function addCancel(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("cancel")
    .description(help.jobs.cancel)
    .argument("<id>", help.options.jobId)
    .option("--json", help.options.jsonJob);
  withConnectionOptions(command, context.words).action(
    async (id: string, options: ConnectionOptions & JsonOption) => {
      const job = await withJobs(context, options, (jobs) => jobs.cancel(id));
      if (options.json) return context.output.json(job);
      printState(context, job);
    },
  );
}

function addRetry(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("retry")
    .description(help.jobs.retry)
    .argument("<id>", help.jobs.endedId)
    .option("--force", help.jobs.force)
    .option("--json", help.options.jsonJob);
  withConnectionOptions(command, context.words).action(
    async (id: string, options: ConnectionOptions & JsonOption & { force?: boolean }) => {
      const { force } = options;
      const job = await withJobs(context, options, (jobs) => jobs.retry(id, { force })).catch(
        (error: unknown) => {
          throw new CliError(toStartFailure(error));
        },
      );
      if (options.json) return context.output.json(job);
      printState(context, job);
    },
  );
}

function addRecheck(group: Command, context: Context): void {
  const { help, jobs: words } = context.words;
  const command = group
    .command("recheck")
    .description(help.jobs.recheck)
    .argument("<id>", help.options.jobId)
    .option("--json", help.options.jsonJob);
  withConnectionOptions(command, context.words).action(
    async (id: string, options: ConnectionOptions & JsonOption) => {
      const job = await withJobs(context, options, (jobs) => jobs.recheck(id));
      if (options.json) return context.output.json(job);
      printState(context, job);
      context.output.note(job.status === "failed" ? words.stillNotShown : words.foundAgain);
    },
  );
}

function addCost(group: Command, context: Context): void {
  const { help } = context.words;
  const limit = wholeNumber("--limit", 1, maxLimit);
  const command = group
    .command("cost")
    .description(help.jobs.cost)
    .argument("[id]", help.jobs.costId)
    .option("--limit <number>", help.options.limit, limit, defaultLimit)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (id: string | undefined, options: Pick<ListOptions, "limit" | "url" | "json">) => {
      if (id === undefined) {
        const { data } = await withClient(context, options, (client) =>
          client.jobs.list({ limit: options.limit }),
        );
        printCosts(context, data, options);
        return;
      }
      const job = await withJobs(context, options, (jobs) => jobs.retrieve(id));
      if (options.json) return context.output.json({ id, status: job.status, ...job.cost });
      for (const line of describeCost(job, context.words)) context.output.result(line);
    },
  );
}

function printCosts({ output, words }: Context, data: JobObject[], { json }: JsonOption): void {
  if (json) {
    const costs = data.map(({ id, status, cost }) => ({ id, status, ...cost }));
    return output.json({ object: "list", data: costs });
  }
  if (data.length === 0) return output.note(words.jobs.none);
  const rows = data.map((job) => [
    job.id,
    stateWords(job, words),
    costWords(job, words),
    listTime(job),
    job.request.prompt,
  ]);
  const { id, state, money, made, prompt } = words.jobs;
  output.table([id, state, money, made, prompt], rows);
}

function describeCost(job: JobObject, words: Words): string[] {
  const { estimated, settled_at: settledAt } = job.cost;
  const names = words.jobs;
  return toLines([
    [names.job, job.id],
    [names.state, stateWords(job, words)],
    [names.money, costWords(job, words)],
    [words.cost.estimated, estimated],
    [words.cost.settledAt, settledAt === null ? null : localTime(settledAt)],
    [names.submitId, job.upstream.submit_id],
  ]);
}

function printState({ output, words }: Context, job: JobObject): void {
  output.result(`${job.id} ${stateWords(job, words)}, ${moneyWords(job, words)}`);
}

/** Returns the lines that describe a job to a person. */
export function describeJob(job: JobObject, words: Words): string[] {
  const { request, upstream, error } = job;
  const names = words.jobs;
  const state = stateWords(job, words);
  const { width, height } = request;
  const code = error === null ? "" : toGatewayError(error).code;
  const { ofCode, fixOfCode, warningOfCode } = words.failure;
  return toLines([
    [names.job, job.id],
    [names.state, job.status === "in_progress" ? `${state}, ${job.progress} %` : state],
    [names.money, moneyWords(job, words)],
    [names.kind, names[job.kind]],
    [names.model, job.model],
    [names.prompt, request.prompt],
    [names.avoid, request.negative_prompt],
    [names.size, width && height ? `${width}x${height}` : undefined],
    [names.ratio, request.ratio],
    [names.resolution, request.resolution],
    [names.count, request.count],
    [names.seconds, request.duration_seconds],
    [names.seed, request.seed],
    [names.account, job.account],
    [names.priority, job.priority === 0 ? null : job.priority],
    [names.repeats, job.retry_of],
    [names.made, localTime(job.created_at)],
    [names.started, job.started_at === null ? null : localTime(job.started_at)],
    [names.ended, job.completed_at === null ? null : localTime(job.completed_at)],
    [names.error, error && ofCode(code, error.message)],
    [names.fix, error?.fix && fixOfCode(code, error.fix)],
    [names.submitId, upstream.submit_id],
    [names.historyId, upstream.history_id],
    [names.logId, upstream.logid],
    ...job.warnings.map((warning): [string, string] => [
      names.warning,
      warningOfCode(warning.code, warning.message),
    ]),
    ...(job.result?.assets ?? []).map((asset): [string, string] => [names.file, asset.url]),
  ]);
}

type Fact = [string, string | number | null | undefined];

function toLines(facts: Fact[]): string[] {
  return facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === ""
      ? []
      : [`${padText(name, nameWidth)}${value}`],
  );
}
