// `npm run bench`: runs every measurement (or the groups named on the command line), prints a table and, last, one
// line of JSON with the machine's cores. `npm run bench -- speed` runs the comparison with a bare gateway, `faces` what
// callers meet, `agents` MCP, `walls` what callers beyond their limits cost the others; the words after these name their scenarios.
// Figures are never part of the tests: machines are noisy.
import { availableParallelism, cpus, loadavg } from "node:os";
import type { Figure } from "./figures.ts";
import { agentScenarios } from "./agents/index.ts";
import { measureEnqueue, measureStarted } from "./enqueue.ts";
import { faceScenarios } from "./faces/index.ts";
import { measureManyJobs } from "./many-jobs.ts";
import { measureNodes } from "./nodes.ts";
import { measureHistory, measureNoticing } from "./noticing.ts";
import { killPrograms } from "./programs.ts";
import { measureReadiness } from "./readiness.ts";
import { speedScenarios } from "./speed/index.ts";
import { studioScenarios } from "./studio/index.ts";
import { wallScenarios } from "./walls/index.ts";

const ownGroups: Record<string, () => Promise<Figure[]>> = {
  noticing: measureNoticing,
  history: measureHistory,
  enqueue: measureEnqueue,
  started: measureStarted,
  readiness: measureReadiness,
  jobs: measureManyJobs,
  nodes: measureNodes,
};

const words = process.argv.slice(2);
const families: Record<string, typeof ownGroups> = {
  speed: speedScenarios,
  faces: faceScenarios,
  walls: wallScenarios,
  studio: studioScenarios,
  agents: agentScenarios,
};
const family = families[words[0] ?? ""];
const groups = family ?? ownGroups;
const wanted = family === undefined ? words : words.slice(1);
const unknown = wanted.filter((name) => !Object.hasOwn(groups, name));
if (unknown.length > 0) {
  process.stderr.write(
    `error: there is no group ${unknown.join(", ")}; there are ${Object.keys(groups).join(", ")}${family === undefined ? `, and ${Object.keys(families).join(", ")}` : ""}\n`,
  );
  process.exit(2);
}

process.on("exit", killPrograms);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(groups)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  try {
    figures.push(...(await measure()));
  } catch (error) {
    // The other groups may still say something.
    const reason = error instanceof Error ? error.message : String(error);
    figures.push({
      figure: `group ${name}`,
      reach: "",
      measured: `FAILED: ${reason}`,
      reached: false,
      value: null,
    });
  }
}

const width = (pick: (figure: Figure) => string): number =>
  Math.max(...figures.map((figure) => pick(figure).length));
const figureWidth = width(({ figure }) => figure);
const reachWidth = width(({ reach }) => reach);
const measuredWidth = width(({ measured }) => (/^(NOT RUN|FAILED)/.test(measured) ? "" : measured));
for (const { figure, reach, measured, reached } of figures) {
  const verdict = reached === null ? "" : reached ? "reached" : "MISSED";
  const columns = [
    figure.padEnd(figureWidth),
    reach.padStart(reachWidth),
    measured.padStart(measuredWidth),
    verdict,
  ];
  process.stdout.write(`${columns.join("  ").trimEnd()}\n`);
}
const machine = {
  cores: availableParallelism(),
  cpu: cpus()[0]?.model,
  node: process.version,
  // Other work on the machine makes every figure worse.
  load: loadavg()[0],
};
process.stdout.write(`${JSON.stringify({ machine, figures })}\n`);
