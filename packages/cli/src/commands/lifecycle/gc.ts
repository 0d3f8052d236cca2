// `jimeng gc`: tells which results retention would remove now, and removes them with --yes.

import type { SweepObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { byteSize } from "../../terminal/byte-size.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { decimalNumber, wholeNumber } from "../option-values.ts";

const maxDays = 36_500;
const maxGigabytes = 1_000_000;

interface GcOptions extends ConnectionOptions {
  days?: number;
  gb?: number;
  yes?: true;
  json?: boolean;
}

/** Adds `jimeng gc`. */
export function addGcCommand(program: Command, context: Context): void {
  const { gc, options: shared } = context.words.help;
  const command = program
    .command("gc")
    .description(gc.description)
    .option("--days <number>", gc.days, wholeNumber("--days", 1, maxDays))
    .option("--gb <number>", gc.gigabytes, decimalNumber("--gb", 0, maxGigabytes))
    .option("--yes", gc.yes)
    .option("--json", shared.jsonAnswer)
    .addHelpText("after", gc.notes);
  withConnectionOptions(command, context.words).action((options: GcOptions) =>
    removeDue(context, options),
  );
}

async function removeDue(context: Context, options: GcOptions): Promise<void> {
  const { output } = context;
  const { days, gb: gigabytes, yes = false } = options;
  const report = await withClient(context, options, ({ assets }) =>
    assets.sweep({ dry_run: !yes, days, gigabytes }),
  );
  if (options.json) return output.json(report);
  output.table(...toTable(report, context));
  const files = report.expired.files + report.aged.files + report.excess.files;
  if (report.dry_run && files > 0) output.note(({ gc }) => gc.onlyTold);
}

function toTable(
  { expired, aged, excess }: SweepObject,
  { words: { gc } }: Context,
): [string[], string[][]] {
  const rows = [
    [gc.expired, expired],
    [gc.aged, aged],
    [gc.excess, excess],
  ] as const;
  return [
    [gc.what, gc.files, gc.size],
    rows.map(([name, { files, bytes }]) => [name, String(files), byteSize(bytes)]),
  ];
}
