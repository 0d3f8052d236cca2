// The course of `image` and `video`: start, follow, save, tell; and what Ctrl-C leaves behind.

import { hasJobEnded } from "@jimeng/gateway/api";
import type { GatewayClient, JobObject } from "@jimeng/gateway/api";

import { connect } from "../gateway/connection.ts";
import type { Connection, ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { CliError, Interrupted, hasCode, isNobodyThere, toFailure } from "../errors.ts";
import { prepareFolder } from "./files.ts";
import { followJobs } from "./follow.ts";
import { listenForInterrupts } from "../terminal/interrupt.ts";
import type { Interrupts } from "../terminal/interrupt.ts";
import { moneyWords } from "../terminal/job-words.ts";
import { saveResults, tellResults, throwFailure, toDocument } from "./results.ts";

// An upstream that answers takes a start within seconds; one with a full queue may take hours.
const startPatienceMs = 15_000;

/** The options that every waiting command has. */
export interface WaitOptions extends ConnectionOptions {
  /** The folder for the files; default the current one. */
  out?: string;
  json?: boolean;
}

/** The options of `image` and `video` that do not shape the request. */
export interface GenerateOptions extends WaitOptions {
  /** False with `--no-wait`. */
  wait: boolean;
}

/** Starts jobs, and unless told otherwise waits for them and saves their files. */
export async function generate(
  context: Context,
  options: GenerateOptions,
  start: (client: GatewayClient) => Promise<string[]>,
): Promise<void> {
  const folder = options.wait
    ? await prepareFolder(options.out ?? context.currentFolder)
    : undefined;
  await withConnection(context, options, async (connection, interrupts) => {
    const ids = await startOnce(connection, start);
    if (folder === undefined) return leaveJobs(context, connection, interrupts, ids, options);
    for (const id of ids) context.output.note(`job ${id}`);
    await waitAndSave(context, connection, interrupts, ids, { ...options, folder });
  });
}

/** Waits for a job that exists already and saves its files: `jimeng jobs wait`. */
export async function waitForJob(
  context: Context,
  options: WaitOptions,
  id: string,
): Promise<void> {
  const folder = await prepareFolder(options.out ?? context.currentFolder);
  await withConnection(context, options, (connection, interrupts) =>
    waitAndSave(context, connection, interrupts, [id], { ...options, folder }),
  );
}

async function withConnection(
  context: Context,
  options: ConnectionOptions,
  work: (connection: Connection, interrupts: Interrupts) => Promise<void>,
): Promise<void> {
  const connection = await connect(context, options);
  const interrupts = listenForInterrupts();
  try {
    await work(connection, interrupts);
  } finally {
    await connection.close();
    interrupts.release();
  }
}

/** Starts; a gateway that left between being found and being asked was surely not reached, so another is. */
async function startOnce(
  connection: Connection,
  start: (client: GatewayClient) => Promise<string[]>,
): Promise<string[]> {
  const { client } = connection;
  try {
    return await start(client);
  } catch (error) {
    if (!connection.isReplaceable || !isNobodyThere(error)) throw toStartFailure(error);
  }
  await connection.replace(client);
  return start(connection.client).catch((error: unknown) => {
    throw toStartFailure(error);
  });
}

function toStartFailure(error: unknown): unknown {
  if (!hasCode(error, "connection_failed") || isNobodyThere(error)) return error;
  return new CliError({
    ...toFailure(error),
    message: "the connection to the gateway broke before it answered",
    fix: "Look with `jimeng jobs` whether the job exists before you start it again.",
    charged: "unknown",
  });
}

async function waitAndSave(
  context: Context,
  connection: Connection,
  interrupts: Interrupts,
  ids: readonly string[],
  options: { folder: string; json?: boolean },
): Promise<void> {
  const jobs = await followOrLeave(context, connection, interrupts, ids);
  const saved = await saveResults(connection, jobs, options.folder);
  const remark = connection.isSimulated ? " (simulated)" : "";
  for (const job of jobs) {
    if (job.status === "completed") context.output.note(`completed, ${moneyWords(job)}${remark}`);
  }
  tellResults(context, saved, options.json ?? false);
}

/** Leaves the jobs to themselves: `--no-wait`. */
async function leaveJobs(
  context: Context,
  connection: Connection,
  interrupts: Interrupts,
  ids: readonly string[],
  options: GenerateOptions,
): Promise<void> {
  const { output } = context;
  if (connection.isOwn) await untilStarted(context, connection, interrupts, ids);
  const jobs = await Promise.all(ids.map((id) => connection.client.jobs.retrieve(id)));
  const withoutFiles = jobs.map((job) => ({ ...job, files: [] }));
  if (options.json) output.json(toDocument(withoutFiles));
  else for (const id of ids) output.result(id);
  if (jobs.some((job) => !hasJobEnded(job))) tellLeft(context, connection, ids);
  throwFailure(withoutFiles);
}

/** Gives the upstream the work before this process ends, since nothing moves after it; but not at any price. */
async function untilStarted(
  context: Context,
  connection: Connection,
  interrupts: Interrupts,
  ids: readonly string[],
): Promise<void> {
  const signal = AbortSignal.any([interrupts.signal, AbortSignal.timeout(startPatienceMs)]);
  const until = (job: JobObject): boolean => job.started_at !== null;
  try {
    await followJobs(connection, ids, { output: context.output, signal, until });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Follows until the end or Ctrl-C; the latter stops the waiting only, and says how to find the jobs again. */
async function followOrLeave(
  context: Context,
  connection: Connection,
  interrupts: Interrupts,
  ids: readonly string[],
): Promise<JobObject[]> {
  const { signal } = interrupts;
  try {
    return await followJobs(connection, ids, { output: context.output, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    tellLeft(context, connection, ids);
    throw new Interrupted(interrupts.exitCode());
  }
}

function tellLeft(context: Context, connection: Connection, ids: readonly string[]): void {
  const { output } = context;
  const subject = ids.length === 1 ? "the job goes" : "the jobs go";
  output.note(
    connection.isOwn
      ? `${subject} on when the gateway next runs (\`jimeng serve\`, or the command below)`
      : `${subject} on without this command`,
  );
  for (const id of ids) output.note(`find it again with: jimeng jobs wait ${id}`);
}
