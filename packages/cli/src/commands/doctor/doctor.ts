// `jimeng doctor`: examines this machine, the settings, the database, the way to the site and the accounts.

import type { Finding, FindingStatus } from "@jimeng/gateway";
import type { DoctorCheck } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError, operatingSystemFailure, toFailure } from "../../errors.ts";
import { findRunningGateway } from "../../gateway/gateway-file.ts";
import { isSimulated, simulatorFolder } from "../../gateway/folders.ts";
import type { CommandConfig } from "../../gateway/folders.ts";
import { readConfig } from "../../gateway/server.ts";
import type { ServerSettings } from "../../gateway/server.ts";
import { languageOf, say } from "../../words/words.ts";

interface DoctorOptions {
  dataDir?: string;
  json?: boolean;
}

/** Adds `jimeng doctor`. */
export function addDoctorCommand(program: Command, context: Context): void {
  const { doctor: texts, options: shared } = context.words.help;
  program
    .command("doctor")
    .description(texts.description)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.notes)
    .action((options: DoctorOptions) => examineHere(context, options));
}

async function examineHere(context: Context, options: DoctorOptions): Promise<void> {
  const { output, words } = context;
  const { toCheck, toReport } = await import("@jimeng/gateway");
  const language = languageOf(words);
  const findings: Finding[] = [];
  for await (const finding of examined(context, options)) {
    findings.push(finding);
    if (!options.json) print(context, toCheck(finding, language));
  }
  const count = (status: FindingStatus) => findings.filter((one) => one.status === status).length;
  const [fails, warns] = [count("fail"), count("warn")];
  if (options.json) output.json(toReport(findings, language));
  else if (fails + warns === 0) output.note(words.doctor.well);
  else output.note(words.doctor.unwell(String(fails), String(warns)));
  if (fails === 0) return;
  throw new CliError({
    code: "unwell",
    message: (spoken) => spoken.doctor.failed,
    exitCode: operatingSystemFailure,
    isInResult: true,
  });
}

async function* examined(context: Context, options: DoctorOptions): AsyncGenerator<Finding> {
  const { examine, found } = await import("@jimeng/gateway");
  const { dataDir } = options;
  try {
    const settings = dataDir === undefined ? {} : { dataDir };
    const config = await readWithoutDatabase(context, settings);
    const simulated = isSimulated(config);
    const folder = simulated ? simulatorFolder(config.dataDir) : config.dataDir;
    const runningUrl = (await findRunningGateway(folder))?.url;
    yield* examine({ config, folder, isSimulated: simulated, runningUrl });
  } catch (error) {
    // A wrong setting is a finding; everything else is a failure of this command.
    const failure = toFailure(error);
    if (failure.code !== "invalid_request") throw error;
    yield found("node", "ok", "node_ok", process.version);
    yield found("settings", "fail", "settings_wrong", say(failure.message, context.words));
  }
}

function print({ output, words }: Context, { status, title, message, fix }: DoctorCheck): void {
  const { marks, fixLine } = words.doctor;
  output.result(`${marks[status]}  ${title}: ${message}`);
  if (fix !== null) output.result(`      ${fixLine(fix)}`);
}

/** Reads the settings as every command does; a database that cannot be reached is a finding, and no end. */
async function readWithoutDatabase(
  { environment }: Context,
  settings: ServerSettings,
): Promise<CommandConfig> {
  try {
    return await readConfig(environment, settings);
  } catch (error) {
    // Wrong settings throw again here.
    const config = await readConfig(environment, { ...settings, forAccounts: true });
    if (config.databaseUrl === null) throw error;
    return config;
  }
}
