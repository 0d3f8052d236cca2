// `jimeng export`: one's own data as a folder or a tar file.

import path from "node:path";

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError, Interrupted, operatingSystemFailure } from "../../errors.ts";
import { exportData } from "../../export/export-data.ts";
import type { ExportReport } from "../../export/export-data.ts";
import { openFolder, openTar } from "../../export/export-target.ts";
import { connect } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { friendlyPath } from "../../generation/files.ts";
import { byteSize } from "../../terminal/byte-size.ts";
import { listenForInterrupts } from "../../terminal/interrupt.ts";
import { withConnectionOptions } from "../connection-options.ts";

interface ExportOptions extends ConnectionOptions {
  to: string;
  /** False with `--no-files`. */
  files: boolean;
  json?: boolean;
}

/** Adds `jimeng export`. */
export function addExportCommand(program: Command, context: Context): void {
  const { export: texts, options: shared } = context.words.help;
  const command = program
    .command("export")
    .description(texts.description)
    .requiredOption("--to <place>", texts.to)
    .option("--no-files", texts.noFiles)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.notes);
  withConnectionOptions(command, context.words).action((options: ExportOptions) =>
    exportTo(context, options),
  );
}

async function exportTo(context: Context, options: ExportOptions): Promise<void> {
  const { output, currentFolder } = context;
  const place = path.resolve(currentFolder, options.to);
  const now = (): number => Date.now();
  const connection = await connect(context, options);
  const interrupts = listenForInterrupts();
  const startedAt = performance.now();
  try {
    const target = place.endsWith(".tar") ? await openTar(place, now) : await openFolder(place);
    let report: ExportReport;
    try {
      report = await exportData({
        client: connection.client,
        target,
        withoutFiles: !options.files,
        signal: interrupts.signal,
        now,
        onProgress: (files) =>
          output.progress({
            label: context.words.export.progress(files),
            percent: 0,
            elapsedMs: performance.now() - startedAt,
          }),
      });
      await target.finish();
    } catch (error) {
      await target.abandon();
      if (interrupts.signal.aborted) throw new Interrupted(interrupts.exitCode());
      throw error;
    } finally {
      output.endProgress();
    }
    print(context, options, place, report);
  } finally {
    await connection.close();
    interrupts.release();
  }
}

function print(
  { output, words, currentFolder }: Context,
  { json }: ExportOptions,
  to: string,
  report: ExportReport,
): void {
  if (json) output.json({ ...report, to });
  else output.result(friendlyPath(to, currentFolder));
  const { jobs, files, bytes, missing } = report;
  output.note(words.export.done(jobs, files, byteSize(bytes)));
  if (missing.length === 0) return;
  throw new CliError({
    code: "not_found",
    message: (spoken) => spoken.export.missing(missing.join(", ")),
    fix: (spoken) => spoken.export.missingFix,
    exitCode: operatingSystemFailure,
    isInResult: true,
  });
}
