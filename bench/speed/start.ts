// The figures of a start: how soon a gateway is ready, and how soon the command shows its help.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Figure, atMost, median } from "../figures.ts";
import { startGateway, startSimulator, withFolder } from "../programs.ts";

const command = fileURLToPath(new URL("../../packages/cli/bin/jimeng.mjs", import.meta.url));
// The first run fills the compile cache.
const runs = 5;

/** Measures the start of a gateway over an empty folder, and `jimeng --help`. */
export async function measureStart(): Promise<Figure[]> {
  const simulator = await startSimulator([]);
  const ready: number[] = [];
  try {
    for (let run = 0; run <= runs; run += 1) {
      await withFolder(async (folder) => {
        const gateway = await startGateway(folder, simulator.url);
        await gateway.stop();
        if (run > 0) ready.push(gateway.readyInMs);
      });
    }
  } finally {
    await simulator.stop();
  }
  const help: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const begunAt = performance.now();
    await promisify(execFile)(process.execPath, [command, "--help"]);
    if (run > 0) help.push(performance.now() - begunAt);
  }
  return [
    atMost("start → ready, empty folder", median(ready), 500, "ms"),
    atMost("jimeng --help", median(help), 150, "ms"),
  ];
}
