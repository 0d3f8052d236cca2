// `jimeng jobs download`: saves the files of ended jobs.

import { hasJobEnded } from "@jimeng/gateway/api/client";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { toUnknownJob } from "../../gateway/connect.ts";
import { followSettings, preparePlace, showResults, withRun } from "../../generation/generate.ts";
import type { WaitOptions } from "../../generation/generate.ts";
import { printResults, saveResults } from "../../generation/results.ts";
import { waitCommand } from "../../generation/wait-command.ts";
import { withFormatOption, withResultOptions, withViewOptions } from "../connection-options.ts";

/** Adds `jimeng jobs download`. */
export function addDownload(group: Command, context: Context): void {
  const { words } = context;
  const { jobs } = words.help;
  const command = group
    .command("download")
    .description(jobs.download)
    .argument("<ids...>", jobs.ids);
  withViewOptions(withResultOptions(withFormatOption(command, words), words), words).action(
    (ids: string[], options: WaitOptions) => download(context, options, ids),
  );
}

async function download(
  context: Context,
  options: WaitOptions,
  ids: readonly string[],
): Promise<void> {
  const place = await preparePlace(context, options);
  await withRun(context, options, async (run) => {
    const { connection } = run;
    const jobs = await Promise.all(ids.map((id) => connection.client.jobs.retrieve(id))).catch(
      (error: unknown) => {
        throw toUnknownJob(error, connection);
      },
    );
    const unfinished = jobs.find((job) => !hasJobEnded(job));
    if (unfinished !== undefined) throw notEnded(unfinished.id, options);
    const laterCommand = (id: string): string => waitCommand(id, options);
    const { format } = options;
    const settings = { ...followSettings(run), format, laterCommand };
    const saved = await saveResults(connection, jobs, place, settings);
    await showResults(run, saved);
    printResults(context, saved, options.json ?? false);
  });
}

function notEnded(id: string, options: WaitOptions): CliError {
  return new CliError({
    code: "conflict",
    message: ({ jobs }) => jobs.notEnded(id),
    fix: ({ jobs }) => jobs.waitInstead(waitCommand(id, options)),
    jobId: id,
  });
}
