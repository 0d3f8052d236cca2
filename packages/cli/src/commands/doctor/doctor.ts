// `jimeng doctor`: examines this machine, the settings, the database, the way to the site and the accounts.

import type { Finding, FindingStatus } from "@jimeng/gateway";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError, operatingSystemFailure, toFailure } from "../../errors.ts";
import { findRunningGateway } from "../../gateway/gateway-file.ts";
import { isSimulated, simulatorFolder } from "../../gateway/folders.ts";
import type { CommandConfig } from "../../gateway/folders.ts";
import { readConfig } from "../../gateway/server.ts";
import type { ServerSettings } from "../../gateway/server.ts";
import { say } from "../../words/words.ts";
import type { Words } from "../../words/words.ts";

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
  const findings: Finding[] = [];
  for await (const finding of examined(context, options)) {
    findings.push(finding);
    if (!options.json) print(context, finding);
  }
  const count = (status: FindingStatus) => findings.filter((one) => one.status === status).length;
  const [fails, warns] = [count("fail"), count("warn")];
  if (options.json) output.json(toReport(findings, words));
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

function print({ output, words }: Context, finding: Finding): void {
  const { marks, checks, fixLine } = words.doctor;
  const { message, fix } = toWords(finding, words);
  output.result(`${marks[finding.status]}  ${checks[finding.check]}: ${message}`);
  if (fix !== undefined) output.result(`      ${fixLine(fix)}`);
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

type Sentence = string | ((...facts: string[]) => string);

/** Puts a finding into words. */
function toWords(
  { code, facts }: Finding,
  { doctor }: Words,
): { message: string; fix: string | undefined } {
  const fixes: Partial<Record<string, Sentence>> = doctor.fixes;
  const fix = fixes[code];
  return {
    message: fill(doctor.found[code], facts),
    fix: fix === undefined ? undefined : fill(fix, facts),
  };
}

function fill(sentence: Sentence, facts: readonly string[]): string {
  return typeof sentence === "string" ? sentence : sentence(...facts);
}

/** Returns the report of `--json`: the worst status, and every finding with its words. */
function toReport(findings: readonly Finding[], words: Words): object {
  const statuses = new Set(findings.map(({ status }) => status));
  const worst = statuses.has("fail") ? "fail" : statuses.has("warn") ? "warn" : "ok";
  return {
    object: "doctor",
    status: worst,
    checks: findings.map((finding) => {
      const { check, status, code, facts } = finding;
      const { message, fix = null } = toWords(finding, words);
      return { check, status, code, facts, message, fix };
    }),
  };
}
