// Runs `batch`: sends many requests in one call, shows how far they are, and saves each result as it comes.

import { randomUUID } from "node:crypto";

import type {
  BatchLines,
  BatchObject,
  BatchResultObject,
  GatewayClient,
} from "@jimeng/gateway/api";

import { toUnknownJob } from "../gateway/connect.ts";
import type { Context } from "../context.ts";
import { CliError, Interrupted, isConnectionLoss, toFailure } from "../errors.ts";
import { followSettings, preparePlace, withRun } from "./generate.ts";
import type { Run, WaitOptions } from "./generate.ts";
import { friendlyPath } from "./files.ts";
import type { OutputPlace } from "./output-place.ts";
import { reconnect } from "./reconnect.ts";
import { saveResults } from "./results.ts";
import { persist } from "./start.ts";
import { batchCommand, waitCommand } from "./wait-command.ts";

/** The options of a command that sends a batch. */
export interface BatchOptions extends WaitOptions {
  /** False with `--no-wait`. */
  wait: boolean;
  /** The most credits that all lines together may cost. */
  maxCredits?: number;
  /** True starts lines whose price is not known. */
  confirm?: boolean;
}

const lookEveryMs = 1000;

/** Sends requests and saves their results unless `--no-wait` is given; `readLines` is called for each attempt. */
export async function sendBatch(
  context: Context,
  options: BatchOptions,
  readLines: (client: GatewayClient) => Promise<BatchLines>,
): Promise<void> {
  const place = options.wait ? await preparePlace(context, options) : undefined;
  await withRun(context, options, async (run) => {
    const batch = await send(run, options, readLines);
    printRefusals(run, batch);
    if (place === undefined) return printUnwatched(run, batch);
    context.output.note(({ batch: words }) => words.sent(batch.id, batch.counts.total));
    await followAndSave(run, batch.id, place);
  });
}

/** Goes on with a batch that was sent before. */
export async function resumeBatch(
  context: Context,
  options: BatchOptions,
  id: string,
): Promise<void> {
  const place = await preparePlace(context, options);
  await withRun(context, options, (run) => followAndSave(run, id, place));
}

/** Sends the lines once: after a broken connection the same key goes on where the upload ended. */
async function send(
  run: Run,
  { maxCredits, confirm }: BatchOptions,
  readLines: (client: GatewayClient) => Promise<BatchLines>,
): Promise<BatchObject> {
  const idempotencyKey = randomUUID();
  const { interrupts } = run;
  try {
    return await persist(run.connection, followSettings(run), {
      run: async (client) =>
        client.batches.create(await readLines(client), {
          idempotencyKey,
          maxCredits,
          confirm,
          signal: interrupts.signal,
        }),
      mayRepeat: (error) => isConnectionLoss(error),
    });
  } catch (error) {
    if (interrupts.signal.aborted) throw new Interrupted(interrupts.exitCode());
    throw new CliError({ ...toFailure(error), charged: "no" });
  }
}

function printRefusals({ context }: Run, { errors }: BatchObject): void {
  for (const { line, message } of errors?.data ?? []) {
    context.output.warning(({ batch: words }) => words.lineRefused(line, message));
  }
}

function printUnwatched(run: Run, batch: BatchObject): void {
  const { context, options } = run;
  if (options.json === true) context.output.json(batch);
  else context.output.result(batch.id);
  printGoesOn(run, batch.id);
}

function printGoesOn({ context, connection, options }: Run, id: string): void {
  const { output } = context;
  output.note(({ waiting }) => (connection.isOwn ? waiting.goesOnLater(2) : waiting.goesOn(2)));
  output.note(({ waiting }) => waiting.findAgain(batchCommand(id, options)));
}

async function followAndSave(run: Run, id: string, place: OutputPlace): Promise<void> {
  const { connection, context, interrupts } = run;
  const progress = new Progress(run, id);
  try {
    let failed = 0;
    for await (const result of follow(run, id)) {
      if (result.status !== "completed") failed++;
      await save(run, result, place);
    }
    progress.stop();
    const { counts } = await connection.client.batches.retrieve(id);
    context.output.note(({ batch: words }) => words.ended(counts.completed, counts.total));
    if (failed > 0) throw toFailedLines(failed, counts.total);
  } catch (error) {
    progress.stop();
    if (interrupts.signal.aborted) {
      printGoesOn(run, id);
      throw new Interrupted(interrupts.exitCode());
    }
    throw toUnknownJob(error, connection);
  } finally {
    progress.stop();
  }
}

/** Yields the results in the order of the lines, also across gateways that follow one another. */
async function* follow(run: Run, id: string): AsyncGenerator<BatchResultObject> {
  const { connection, interrupts } = run;
  let after = 0;
  for (;;) {
    const { client } = connection;
    const lostAt = performance.now();
    try {
      const options = { follow: true, after, signal: interrupts.signal };
      for await (const result of client.batches.results(id, options)) {
        yield result;
        after = result.line;
      }
      const { status } = await client.batches.retrieve(id);
      if (status === "completed" || status === "cancelled") return;
    } catch (error) {
      // What is thrown where the result is used passes here, too.
      if (interrupts.signal.aborted || !connection.isLost(error)) throw error;
      await reconnect(connection, client, { ...followSettings(run), lostAt });
    }
  }
}

async function save(run: Run, result: BatchResultObject, place: OutputPlace): Promise<void> {
  const { connection, context, options } = run;
  const { output, currentFolder } = context;
  const saved = await saveResults(connection, result.jobs, place, {
    ...followSettings(run),
    format: options.format,
    laterCommand: (jobId) => waitCommand(jobId, options),
  });
  const files = saved.flatMap((job) => job.files);
  if (options.json === true) output.json({ ...result, files });
  else for (const file of files) output.result(friendlyPath(file, currentFolder));
  const { error, line } = result;
  if (error === null || result.jobs.length === 0) return;
  output.warning(({ batch: words }) => words.lineFailed(line, error.message));
}

function toFailedLines(failed: number, total: number): CliError {
  return new CliError({
    code: "generation_failed",
    message: ({ batch }) => batch.someFailed(failed, total),
    fix: ({ batch }) => batch.someFailedFix,
    isInResult: true,
  });
}

/** The progress line of a batch. */
class Progress {
  readonly #run: Run;
  readonly #id: string;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(run: Run, id: string) {
    this.#run = run;
    this.#id = id;
    void this.#draw();
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#run.context.output.endProgress();
  }

  async #draw(): Promise<void> {
    const { connection, context } = this.#run;
    // A gateway that went away is looked for by who reads the results.
    const batch = await connection.client.batches.retrieve(this.#id).catch(() => undefined);
    if (this.#isStopped) return;
    if (batch !== undefined) {
      const { total, completed, failed, cancelled, running } = batch.counts;
      const ended = completed + failed + cancelled;
      context.output.progress({
        label: context.words.batch.progress(ended, total, running),
        percent: total === 0 ? 0 : (ended / total) * 100,
        elapsedMs: performance.now() - this.#startedAt,
      });
    }
    this.#timer = setTimeout(() => void this.#draw(), lookEveryMs);
  }
}
