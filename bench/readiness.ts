// The figures about a gateway that does nothing: how soon it is ready, and what it then weighs; as `npm start` runs it
// and from what was built. The simulator runs in a process of its own.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Figure, atMost, fact, median, notRun } from "./figures.ts";
import { fillWithFinishedJobs } from "./finished-jobs.ts";
import { startGateway, startSimulator, withFolder } from "./programs.ts";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
// The first run fills the compile cache.
const runs = 5;
const restMs = 30_000;
const kibibytesInMebibyte = 1024;
const finishedJobs = 100_000;

/** Measures the start with an empty folder and a full one, and the memory 30 s later. */
export async function measureReadiness(): Promise<Figure[]> {
  const simulator = await startSimulator([]);
  try {
    return [
      ...(await measureStarts("as npm start", simulator.url, false)),
      ...(isBuilt()
        ? await measureStarts("from dist", simulator.url, true)
        : [notRun("start and memory from dist", "dist is missing or older: npm run build")]),
    ];
  } finally {
    await simulator.stop();
  }
}

async function measureStarts(
  title: string,
  simulatorUrl: string,
  fromDist: boolean,
): Promise<Figure[]> {
  const start = (folder: string) => startGateway(folder, simulatorUrl, { fromDist });
  const empty: number[] = [];
  for (let run = 0; run <= runs; run++) {
    await withFolder(async (folder) => {
      const gateway = await start(folder);
      await gateway.stop();
      if (run > 0) empty.push(gateway.readyInMs);
    });
  }
  const { full, weight, fullWeight } = await withFolder(async (folder) => {
    const first = await start(folder);
    await sleep(restMs);
    const weight = residentMebibytes(first.pid);
    await first.stop();
    fillWithFinishedJobs(folder, finishedJobs);
    const full: number[] = [];
    for (let run = 0; run < runs; run++) {
      const gateway = await start(folder);
      full.push(gateway.readyInMs);
      await gateway.stop();
    }
    const last = await start(folder);
    await sleep(restMs);
    const fullWeight = residentMebibytes(last.pid);
    await last.stop();
    return { full, weight, fullWeight };
  });
  const bound = fromDist ? 115 : 140;
  return [
    atMost(`start to ready, empty folder, ${title}`, median(empty), 700, "ms"),
    atMost(`start to ready, 100,000 finished jobs, ${title}`, median(full), 1000, "ms"),
    ...(weight === undefined || fullWeight === undefined
      ? [notRun(`idle RSS, ${title}`, "only Linux tells it of other processes")]
      : [
          atMost(`idle RSS 30 s after ready, ${title}`, weight, bound, "MiB"),
          fact(`idle RSS 30 s after ready, 100,000 finished jobs, ${title}`, fullWeight, "MiB"),
        ]),
  ];
}

function residentMebibytes(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / kibibytesInMebibyte;
  } catch {
    return undefined;
  }
}

/** Tells whether dist is there and no source is newer. */
function isBuilt(): boolean {
  const changedAt = (file: string): number => statSync(file).mtimeMs;
  const newest = (folder: string): number =>
    Math.max(
      0,
      ...readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => /(?<!\.test|\.d)\.(ts|js)$/.test(name))
        .map((name) => changedAt(join(folder, name))),
    );
  try {
    return ["sdk", "simulator", "gateway", "cli"].every(
      (name) => newest(join(packages, name, "dist")) >= newest(join(packages, name, "src")),
    );
  } catch {
    return false;
  }
}
