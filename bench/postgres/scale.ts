// The figure "1, 2 and 4 nodes": jobs advanced from submission to file per second, and what the upstream was asked.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";

import { servePicture } from "./scripted-upstream.ts";
import type { Counts } from "./scripted-upstream.ts";

/** What one number of nodes showed. */
export interface Scale extends Counts {
  nodes: number;
  jobs: number;
  jobsPerSecond: number;
}

const accounts = 10;
const nodeFile = fileURLToPath(new URL("./node.ts", import.meta.url));

/** Lets so many nodes advance jobs on an empty database. */
export async function measureScale(
  databaseUrl: string,
  nodes: number,
  jobs: number,
): Promise<Scale> {
  const folder = mkdtempSync(join(tmpdir(), "jimeng-bench-"));
  const pictures = await servePicture();
  const children = Array.from({ length: nodes }, (_, index) =>
    fork(nodeFile, {
      execArgv: ["--conditions=source", "--disable-warning=ExperimentalWarning"],
      env: {
        PATH: process.env["PATH"],
        JIMENG_DATA_DIR: join(folder, String(index)),
        ASSETS_URL: `file://${folder}`,
        DATABASE_URL: databaseUrl,
        JIMENG_SECRET_KEY: "a-made-up-secret-for-the-bench",
        BENCH_PICTURES: pictures.url,
        BENCH_ACCOUNTS: String(accounts),
      },
    }),
  );
  await Promise.all(children.map((child) => once(child, "message")));
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const begin = performance.now();
  for (const child of children) child.send({ create: jobs / nodes });
  for (;;) {
    const { rows } = await client.query<{ done: number }>(
      "select count(*)::int as done from jobs where status = 'completed'",
    );
    if ((rows[0]?.done ?? 0) >= jobs) break;
    await sleep(50);
  }
  const seconds = (performance.now() - begin) / 1000;
  const counts = await Promise.all(children.map(countsOf));
  for (const child of children) child.send({ stop: true });
  await Promise.all(children.map((child) => once(child, "exit")));
  await client.end();
  pictures.close();
  rmSync(folder, { recursive: true, force: true });
  return {
    nodes,
    jobs,
    jobsPerSecond: Math.round(jobs / seconds),
    starts: counts.reduce((sum, one) => sum + one.starts, 0),
    looks: counts.reduce((sum, one) => sum + one.looks, 0),
  };
}

function countsOf(child: ChildProcess): Promise<Counts> {
  return new Promise((resolve) => {
    const hear = (message: { counts?: Counts }): void => {
      if (message.counts === undefined) return;
      child.off("message", hear);
      resolve(message.counts);
    };
    child.on("message", hear);
    child.send({ counts: true });
  });
}
