// Owns `npm run bench`: runs every measurement, prints a table and, last, one line of JSON with the machine's cores.
// Figures are never part of the tests: machines are noisy.
import { availableParallelism, cpus } from "node:os";
import { measureNoticing } from "./noticing.ts";

interface Row {
  figure: string;
  reach: string;
  measured: string;
  reached: boolean;
}

const rows: Row[] = [];
const results: unknown[] = [];

// The simulator's own pace, and one nearer to the site's.
for (const imageSeconds of [2.4, 15]) {
  const result = await measureNoticing(imageSeconds);
  results.push(result);
  const title = `50 pictures of ${imageSeconds} s at once`;
  const milliseconds = (value: number): string => `${Math.round(value)} ms`;
  rows.push(
    {
      figure: `${title}: noticed, median`,
      reach: "≤ 400 ms",
      measured: milliseconds(result.noticedP50Ms),
      reached: result.noticedP50Ms <= 400,
    },
    {
      figure: `${title}: noticed, p95`,
      reach: "≤ 800 ms",
      measured: milliseconds(result.noticedP95Ms),
      reached: result.noticedP95Ms <= 800,
    },
    {
      figure: `${title}: history requests in the densest second, hot window`,
      reach: "≤ 2",
      measured: `${result.hotRequestsPerSecond}`,
      reached: result.hotRequestsPerSecond <= 2,
    },
    {
      figure: `${title}: the same outside the hot window`,
      reach: "≤ 1",
      measured: `${result.otherRequestsPerSecond}`,
      reached: result.otherRequestsPerSecond <= 1,
    },
  );
}

const width = Math.max(...rows.map(({ figure }) => figure.length));
for (const { figure, reach, measured, reached } of rows) {
  process.stdout.write(
    `${figure.padEnd(width)}  ${reach.padStart(9)}  ${measured.padStart(9)}  ${reached ? "reached" : "MISSED"}\n`,
  );
}
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, node: process.version };
process.stdout.write(`${JSON.stringify({ machine, results })}\n`);
