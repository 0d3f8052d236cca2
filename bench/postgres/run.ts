// What the decision on pg-boss rests on: dispatch compared, and 1, 2 and 4 nodes, on a durable server of its own.
// Figures are never part of the tests: machines are noisy.
import { availableParallelism, loadavg } from "node:os";

import { makeEmptyDatabase } from "../../tests/postgres/database.ts";
import { startPostgres } from "../../tests/postgres/server.ts";
import { measureDispatch } from "./dispatch.ts";
import { measureScale } from "./scale.ts";

const scaleJobs = 1200;

const server = await startPostgres({ durable: true });
const load = loadavg()[0];

async function onDatabase<T>(measure: (url: string) => Promise<T>): Promise<T> {
  const database = await makeEmptyDatabase(server.url);
  try {
    return await measure(database.url);
  } finally {
    await database.remove();
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
try {
  const dispatch = [];
  for (const kind of ["pg-boss", "skip-locked"] as const) {
    const result = await onDatabase((url) => measureDispatch(url, kind));
    dispatch.push(result);
    print(
      `${kind}: ${result.tasksPerSecond} tasks/s, ${result.twoNodesPerSecond} on two nodes, ` +
        `scheduled to running p50 ${result.latencyP50Ms.toFixed(1)} ms, p95 ${result.latencyP95Ms.toFixed(1)} ms`,
    );
  }
  const scale = [];
  for (const nodes of [1, 2, 4]) {
    const result = await onDatabase((url) => measureScale(url, nodes, scaleJobs));
    scale.push(result);
    print(
      `${nodes} nodes: ${result.jobsPerSecond} jobs/s, ${result.starts} starts and ${result.looks} looks for ${result.jobs} jobs`,
    );
  }
  print(JSON.stringify({ machine: { cores: availableParallelism(), load }, dispatch, scale }));
} finally {
  await server.stop();
}
