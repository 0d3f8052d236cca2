// `npm run conformance`: compares the answers of the free reads with docs/upstream, on the simulator or, when asked, on
// the site with one's own account. Exits 1 when something differs or was refused, 2 for words that cannot work.
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { loadConfig, type Config, type SessionSetting } from "@jimeng/gateway";
import { Jimeng, JimengError, type JimengOptions } from "@jimeng/sdk";
import { createSimulator } from "@jimeng/simulator";
import { describeFindings, describePlan } from "../tests/conformance/read-only/report.ts";
import { type Finding, hostsOf, runReadOnly } from "../tests/conformance/read-only/run.ts";

const usage = `npm run conformance -- [--live --read-only [--account NAME] [--yes]] [--record] [--folder FOLDER] [--json]

  without --live    runs on the simulator
  --live            runs on the site, with an account of JIMENG_SESSIONS or JIMENG_SESSIONS_FILE; asks first
  --read-only       only reads that cost nothing; --live has no other half
  --account NAME    the account, where several are configured
  --yes             the answer to the question, for programs
  --record          writes the answers, redacted, into a folder
  --folder FOLDER   that folder; it must be new or empty
  --json            prints the report as JSON`;

const exitDiffers = 1;
const exitUsage = 2;

function refuse(problem: string): never {
  process.stderr.write(`error: ${problem}\n${usage}\n`);
  process.exit(exitUsage);
}

function readWords() {
  try {
    return parseArgs({
      options: {
        live: { type: "boolean", default: false },
        "read-only": { type: "boolean", default: false },
        account: { type: "string" },
        yes: { type: "boolean", default: false },
        record: { type: "boolean", default: false },
        folder: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : "these words cannot be read");
  }
}

const words = readWords();
if (words.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
if (words.live && !words["read-only"]) {
  refuse("--live needs --read-only: this run has no part that costs credits");
}
for (const name of ["read-only", "account", "yes"] as const) {
  if (!words.live && words[name]) refuse(`--${name} goes with --live only`);
}
if (words.folder !== undefined && !words.record) refuse("--folder goes with --record only");
if (words.folder === "") refuse("--folder needs a name");

function chooseAccount(config: Config): SessionSetting {
  const { sessions } = config;
  if (config.simulate) refuse("JIMENG_SIMULATE is set: unset it for --live, or leave --live out");
  if (sessions.length === 0) {
    refuse("--live needs your account: set JIMENG_SESSIONS_FILE (or JIMENG_SESSIONS)");
  }
  const names = sessions.map(({ name, region }) => name ?? region);
  const asked = words.account;
  const found = asked === undefined ? sessions : sessions.filter((_, at) => names[at] === asked);
  const [first, second] = found;
  if (first === undefined) refuse(`no account is called ${asked}: there is ${names.join(", ")}`);
  if (second !== undefined) refuse(`name one account with --account: ${names.join(", ")}`);
  return first;
}

async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) refuse("nobody can be asked here: add --yes to send them");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim().toLowerCase() === "yes";
  } finally {
    terminal.close();
  }
}

async function runLive(recordIn: string | undefined): Promise<Finding[]> {
  const config = loadConfig();
  const { name, region, session } = chooseAccount(config);
  const { userAgent, versions, regions: places } = config.upstream;
  const { baseUrls, aid } = places[region];
  const client: JimengOptions = {
    session,
    region,
    baseUrls,
    versions,
    ...(aid === null ? {} : { aid }),
    ...(userAgent === null ? {} : { userAgent }),
  };
  process.stderr.write(describePlan(hostsOf(client)));
  const question = `Send them with the account ${name ?? region} (${region})? Type yes: `;
  if (!words.yes && !(await ask(question))) {
    process.stderr.write("Nothing was sent.\n");
    process.exit(0);
  }
  return runReadOnly({ client, recordIn });
}

async function runOnSimulator(recordIn: string | undefined): Promise<Finding[]> {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 50, visibleAfterMs: 0 },
  });
  const { url } = simulator;
  try {
    const client = {
      session: "conformance0simulator0conformance",
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    };
    // The account of a new simulator has no history to read.
    await new Jimeng(client).images.generate(
      { model: "jimeng-4.0", prompt: "a harbour" },
      { pollIntervalMs: 100 },
    );
    return await runReadOnly({ client, recordIn });
  } finally {
    await simulator.close();
  }
}

const moment = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
const folder = words.record ? resolve(words.folder ?? `conformance-${moment}`) : undefined;
try {
  const findings = await (words.live ? runLive(folder) : runOnSimulator(folder));
  process.stdout.write(
    words.json ? `${JSON.stringify(findings, undefined, 2)}\n` : describeFindings(findings),
  );
  if (folder !== undefined) {
    process.stderr.write(
      `The answers, redacted, are in ${folder}. Read them before you show them.\n`,
    );
  }
  process.exitCode = findings.every(({ verdict }) => verdict === "ok") ? 0 : exitDiffers;
} catch (error) {
  if (!JimengError.isInstance(error)) throw error;
  process.stderr.write(
    `error: ${error.message}${error.detail.fix === undefined ? "" : ` ${error.detail.fix}`}\n`,
  );
  process.exitCode = error.code === "invalid_request" ? exitUsage : exitDiffers;
}
