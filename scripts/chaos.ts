// `npm run chaos`: reads the words, runs once, prints a table and the seed; exits 1 when anything was lost, started
// twice, not delivered, or charged otherwise than it says.
import { parseArgs } from "node:util";
import type { EngineName } from "../tests/chaos/engines.ts";
import { type ChaosReport, runChaos } from "../tests/chaos/run.ts";
import { startPostgres } from "../tests/postgres/server.ts";

const usage =
  "npm run chaos -- [--jobs 300] [--accounts 4] [--kills 20] [--seed N] [--engine sqlite|postgres] [--crash-database]";
const maxSeed = 0xffff_ffff;

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "300" },
    accounts: { type: "string", default: "4" },
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: String(Math.floor(Math.random() * maxSeed)) },
    engine: { type: "string", default: "sqlite" },
    "crash-database": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  process.stderr.write(`error: --${name} must be a whole number from ${least}\n${usage}\n`);
  process.exit(2);
}

function engineOf(text: string): EngineName {
  if (text === "sqlite" || text === "postgres") return text;
  process.stderr.write(`error: --engine must be sqlite or postgres\n${usage}\n`);
  process.exit(2);
}

function fail(error: Error): never {
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(1);
}

if (values.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

const options = {
  jobs: whole("jobs", values.jobs, 1),
  accounts: whole("accounts", values.accounts, 1),
  kills: whole("kills", values.kills, 0),
  seed: whole("seed", values.seed, 0),
  engine: engineOf(values.engine),
};

const crashes = values["crash-database"];
if (crashes && options.engine !== "postgres") {
  process.stderr.write(`error: --crash-database needs --engine postgres\n${usage}\n`);
  process.exit(2);
}

// A server that crashes is never somebody else's, and must keep what it promised.
const server =
  options.engine === "postgres"
    ? await startPostgres(crashes ? { durable: true, environment: {} } : {}).catch(fail)
    : undefined;
let report: ChaosReport;
try {
  report = await runChaos({
    ...options,
    postgresUrl: server?.url,
    crashDatabase: crashes ? server?.crash : undefined,
  });
} finally {
  await server?.stop();
}
const list = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, number]) => `${name} ${number}`)
    .join(", ") || "none";
const rows: [string, string | number][] = [
  ["engine", options.engine],
  ["submissions", options.jobs],
  ["accounts", options.accounts],
  ["SIGKILLs of the gateway", report.kills],
  ["deaths of the database", report.databaseDeaths],
  ["paid starts the upstream accepted", report.starts],
  ["paid posts sent", report.generatePosts],
  ["jobs completed", report.completed],
  ["jobs ended otherwise", list(report.ended)],
  ["faults that hit", list(report.faults)],
  ["seconds", report.seconds],
  ["lost", report.lost.length],
  ["started twice", report.startedTwice.length],
  ["undelivered", report.undelivered.length],
  ["told another cost than was charged", report.wrongCosts.length],
  ["gateways that ended by themselves", report.ownDeaths.length],
  ["seed", options.seed],
];
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
const complaints = [
  ...report.lost.map((text) => `LOST: ${text}`),
  ...report.startedTwice.map((text) => `STARTED TWICE: ${text}`),
  ...report.undelivered.map((text) => `UNDELIVERED: ${text}`),
  ...report.wrongCosts.map((text) => `WRONG COST: ${text}`),
  ...report.ownDeaths.map((text) => `ENDED BY ITSELF: ${text}`),
];
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
if (complaints.length > 0) process.stdout.write(`\nThe gateway's last words:\n${report.output}\n`);
process.exit(complaints.length === 0 ? 0 : 1);
