// Runs `image` and `video`: starts jobs, waits, saves and prints the results; handles Ctrl-C.

import { hasJobEnded } from "@jimeng/gateway/api/client";
import type { JobObject, PictureFormat } from "@jimeng/gateway/api";

import { connect, toUnknownJob } from "../gateway/connect.ts";
import type { Connection, ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { CliError, Interrupted, toLostFailure } from "../errors.ts";
import { prepareFolder } from "./files.ts";
import { printEstimate } from "./estimate.ts";
import { followJobs, printWarnings } from "./follow.ts";
import type { FollowSettings } from "./follow.ts";
import { listenForInterrupts } from "../terminal/interrupt.ts";
import type { Interrupts } from "../terminal/interrupt.ts";
import { moneyWords } from "../terminal/job-words.ts";
import { openFiles } from "./open-files.ts";
import { readOutput } from "./output-place.ts";
import type { OutputPlace } from "./output-place.ts";
import { previewPictures } from "./preview.ts";
import { saveResults, printResults, throwFailure, toDocument } from "./results.ts";
import type { JobWithFiles } from "./results.ts";
import { startJobs } from "./start.ts";
import type { Generation } from "./start.ts";
import { waitCommand } from "./wait-command.ts";

// An upstream that answers takes a start within seconds; one with a full queue may take hours.
const startPatienceMs = 15_000;
const defaultReconnectSeconds = 60;

/** The options that every waiting command has. */
export interface WaitOptions extends ConnectionOptions {
  /** The folder for the files, or the pattern of their names; default the current folder. */
  output?: string;
  /** The format that pictures are saved in; default the stored one. */
  format?: PictureFormat;
  json?: boolean;
  /** Opens the saved files with the desktop's programs. */
  open?: true;
  /** False with `--no-preview`; absent for commands that show no pictures. */
  preview?: boolean;
  /** Seconds to wait for a gateway that went away. */
  reconnect?: number;
}

/** The options of `image` and `video` that do not shape the request. */
export interface GenerateOptions extends WaitOptions {
  /** False with `--no-wait`. */
  wait: boolean;
  /** Tells what it would cost, and starts nothing. */
  dryRun?: true;
}

/** One run of a waiting command. */
export interface Run {
  context: Context;
  options: WaitOptions;
  connection: Connection;
  interrupts: Interrupts;
}

/** Starts jobs; waits for them and saves their files unless `--no-wait` is given. */
export async function generate<Body>(
  context: Context,
  options: GenerateOptions,
  generation: Generation<Body>,
): Promise<void> {
  const { estimateBody } = generation;
  if (options.dryRun && estimateBody) return await printEstimate(context, options, estimateBody);
  const place = options.wait ? await preparePlace(context, options) : undefined;
  await withRun(context, options, async (run) => {
    const ids = await startOrLeave(run, generation);
    if (place === undefined) return printWithoutWaiting(run, ids);
    for (const id of ids) context.output.note(({ waiting }) => waiting.job(id));
    await waitAndSave(run, ids, place);
  });
}

/** Waits for a job that exists already and saves its files: `jimeng jobs wait`. */
export async function waitForJob(
  context: Context,
  options: WaitOptions,
  id: string,
): Promise<void> {
  const place = await preparePlace(context, options);
  await withRun(context, options, (run) => waitAndSave(run, [id], place));
}

/** Makes the folder of the results, before anything is sent. */
export async function preparePlace(
  context: Context,
  { output }: WaitOptions,
): Promise<OutputPlace> {
  const place = readOutput(output, context.currentFolder);
  await prepareFolder(place.folder);
  return place;
}

/** Runs work with a gateway and with Ctrl-C caught. */
export async function withRun(
  context: Context,
  options: WaitOptions,
  work: (run: Run) => Promise<void>,
): Promise<void> {
  const connection = await connect(context, options, { handsOver: true });
  const interrupts = listenForInterrupts();
  try {
    await work({ context, options, connection, interrupts });
  } finally {
    await connection.close();
    interrupts.release();
  }
}

/** Returns how long a lost gateway is waited for, and what ends the wait. */
export function followSettings({ context, options, interrupts }: Run): FollowSettings {
  return {
    output: context.output,
    words: context.words,
    signal: interrupts.signal,
    reconnectMs: (options.reconnect ?? defaultReconnectSeconds) * 1000,
  };
}

/** Starts jobs and returns their ids; Ctrl-C meanwhile ends the command with word of what may exist. */
export async function startOrLeave<Body>(
  run: Run,
  generation: Generation<Body>,
): Promise<string[]> {
  const { interrupts, context } = run;
  try {
    return await startJobs(run.connection, generation, followSettings(run));
  } catch (error) {
    if (!interrupts.signal.aborted) throw error;
    context.output.note(({ waiting }) => waiting.checkForJob);
    throw new Interrupted(interrupts.exitCode());
  }
}

async function waitAndSave(run: Run, ids: readonly string[], place: OutputPlace): Promise<void> {
  const { context, connection, options } = run;
  const jobs: JobObject[] = [];
  const saved = await untilInterrupted(run, ids, jobs, async () => {
    jobs.push(...(await followJobs(connection, ids, followSettings(run))));
    return await saveResults(connection, jobs, place, {
      ...followSettings(run),
      format: options.format,
      laterCommand: (id) => waitCommand(id, options),
    });
  });
  const { isSimulated } = connection;
  for (const job of jobs) {
    if (job.status !== "completed") continue;
    context.output.note((words) => words.waiting.completed(moneyWords(job, words), isSimulated));
  }
  await showResults(run, saved);
  printResults(context, saved, options.json ?? false);
}

/** Draws pictures on a terminal that can, and opens the files where that was asked for. */
export async function showResults(
  { context, connection, options }: Run,
  jobs: readonly JobWithFiles[],
): Promise<void> {
  if (options.preview && !options.json && context.environment["TERM"] !== "dumb") {
    const assets = jobs.flatMap((job) => job.result?.assets ?? []);
    await previewPictures(connection.client, assets, {
      input: process.stdin,
      output: process.stdout,
      onInterrupt: () => process.kill(process.pid, "SIGINT"),
    });
  }
  if (!options.open) return;
  const unopened = await openFiles(jobs.flatMap(({ files }) => files));
  if (unopened.length > 0) context.output.warning(({ files }) => files.noOpener);
}

/** Prints the jobs without waiting for their end: `--no-wait`. */
async function printWithoutWaiting(run: Run, ids: readonly string[]): Promise<void> {
  const { context, connection, options } = run;
  const { output } = context;
  const jobs = connection.isOwn ? await untilStarted(run, ids) : await readWithWarnings(run, ids);
  const withoutFiles = jobs.map((job) => ({ ...job, files: [] }));
  if (options.json) output.json(toDocument(withoutFiles));
  else for (const id of ids) output.result(id);
  if (jobs.some((job) => !hasJobEnded(job))) printUnfinished(run, ids);
  throwFailure(withoutFiles);
}

async function readWithWarnings(
  { connection, context }: Run,
  ids: readonly string[],
): Promise<JobObject[]> {
  const jobs = await Promise.all(ids.map((id) => connection.client.jobs.retrieve(id)));
  const warnings = jobs.flatMap((job) => job.warnings);
  printWarnings(context.output, warnings, new Set());
  return jobs;
}

/** Waits a limited time until the jobs are started upstream, since this process's gateway ends with it. */
export async function untilStarted(run: Run, ids: readonly string[]): Promise<JobObject[]> {
  const { connection, interrupts } = run;
  const signal = AbortSignal.any([interrupts.signal, AbortSignal.timeout(startPatienceMs)]);
  const until = (job: JobObject): boolean => job.started_at !== null;
  try {
    return await followJobs(connection, ids, { ...followSettings(run), signal, until });
  } catch (error) {
    if (!signal.aborted) throw error;
    return await Promise.all(ids.map((id) => connection.client.jobs.retrieve(id)));
  }
}

/** Runs work until its end or Ctrl-C, which stops only the wait; prints how to find the jobs again. */
async function untilInterrupted<Result>(
  run: Run,
  ids: readonly string[],
  ended: readonly JobObject[],
  work: () => Promise<Result>,
): Promise<Result> {
  const { connection, interrupts } = run;
  try {
    return await work();
  } catch (error) {
    if (interrupts.signal.aborted) {
      printUnfinished(run, ids);
      throw new Interrupted(interrupts.exitCode());
    }
    if (!connection.isLost(error)) throw toUnknownJob(error, connection);
    printWaitCommands(run, ids);
    throw new CliError(toLostFailure(error, ids, ended));
  }
}

function printUnfinished(run: Run, ids: readonly string[]): void {
  const { isOwn } = run.connection;
  run.context.output.note(({ waiting }) =>
    isOwn ? waiting.goesOnLater(ids.length) : waiting.goesOn(ids.length),
  );
  printWaitCommands(run, ids);
}

function printWaitCommands({ context, options }: Run, ids: readonly string[]): void {
  for (const id of ids) {
    context.output.note(({ waiting }) => waiting.findAgain(waitCommand(id, options)));
  }
}
