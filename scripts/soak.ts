// `npm run soak`: jobs at a steady rate for half an hour while the upstream misbehaves; prints a table, and exits 1 when
// memory grew, handles leaked, a job was lost, or the metrics do not say what happened.
import { parseArgs } from "node:util";
import { runSoak } from "../tests/soak/run.ts";

const usage = "npm run soak -- [--minutes 30] [--rate 20] [--seed N]";
const maxSeed = 0xffff_ffff;
/** How much more memory the last third may have than the second. */
const memoryShare = 1.1;
const spareHandles = 2;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "20" },
    seed: { type: "string", default: String(Math.floor(Math.random() * maxSeed)) },
    help: { type: "boolean", default: false },
  },
});

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  process.stderr.write(`error: --${name} must be a number above 0\n${usage}\n`);
  process.exit(2);
}

if (values.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

const minutes = positive("minutes", values.minutes);
const jobsPerSecond = positive("rate", values.rate);
const seed = Number(values.seed);
let samples = 0;
const samplesPerMinute = 12;
const report = await runSoak({
  minutes,
  jobsPerSecond,
  seed,
  onSample({ memoryMiB, handles }) {
    if (samples++ % samplesPerMinute !== 0) return;
    process.stdout.write(`${Math.round(memoryMiB)} MiB, ${handles} handles\n`);
  },
});
const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = report.memory;
const { before, after } = report.handles;
const complaints = [...report.complaints];
if (!(third <= second * memoryShare))
  complaints.push(`memory grew from ${second.toFixed(0)} to ${third.toFixed(0)} MiB`);
if (after > before + spareHandles) complaints.push(`handles: ${before} before, ${after} after`);
for (const [name, { told, real }] of Object.entries(report.figures))
  if (told !== real) complaints.push(`${name}: the metrics say ${told}, it was ${real}`);

const rows: [string, string | number][] = [
  ["minutes, jobs a second", `${minutes}, ${jobsPerSecond}`],
  ["jobs", report.jobs],
  ["starts that the upstream accepted", report.starts],
  ["jobs completed", report.completed],
  ["jobs ended otherwise", JSON.stringify(report.ended)],
  ["faults that hit", report.faults],
  ["resident memory by thirds", `${[first, second, third].map(Math.round).join(", ")} MiB`],
  ["handles before and after", `${before}, ${after}`],
  ...Object.entries(report.figures).map(([name, { told, real }]): [string, string] => [
    `${name}: metrics, real`,
    `${told}, ${real}`,
  ]),
  ["seed", seed],
];
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
if (complaints.length > 0) process.stdout.write(`\nThe gateway's last words:\n${report.output}\n`);
process.exit(complaints.length === 0 ? 0 : 1);
