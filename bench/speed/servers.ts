// The processes of one measurement: a simulator, and our gateway or the bare one over it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Program, startGateway, startProgram, withFolder } from "../programs.ts";
import { type Answer, ask, inParallel } from "../requests.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The servers of one measurement, each a process of its own. */
export interface Servers {
  simulator: Program;
  gateway: Program;
}

/** Settings of a measurement's servers. */
export interface ServersOptions {
  /** How long every picture takes. */
  imageMs: number;
  environment?: Record<string, string>;
}

/** Runs work with a simulator and our gateway, as `npm start` runs it, its log in a file. */
export function withGateway<T>(
  { imageMs, environment }: ServersOptions,
  work: (servers: Servers) => Promise<T>,
): Promise<T> {
  return withSimulator(imageMs, (simulator) =>
    withFolder(async (folder) => {
      const gateway = await startGateway(join(folder, "data"), simulator.url, {
        gauged: true,
        logTo: join(folder, "log"),
        environment: { LOG_LEVEL: "info", ...environment },
      });
      return await runAndStop(gateway, () => work({ simulator, gateway }));
    }),
  );
}

/** Runs work with a simulator and the bare gateway. */
export function withBareGateway<T>(
  { imageMs }: ServersOptions,
  work: (servers: Servers) => Promise<T>,
): Promise<T> {
  return withSimulator(imageMs, async (simulator) => {
    const gateway = await startProgram(script("bare-gateway.ts"), [simulator.url], {
      gauged: true,
    });
    return await runAndStop(gateway, () => work({ simulator, gateway }));
  });
}

/** Runs work with a bare fastify that answers what a gateway answers at some paths. */
export function withBareRoutes<T>(
  gatewayUrl: string,
  paths: readonly string[],
  work: (url: string) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const bare = await startProgram(script("bare-routes.ts"), [gatewayUrl, ...paths], {
      logTo: join(folder, "log"),
    });
    return await runAndStop(bare, () => work(bare.url));
  });
}

/** Runs work with a simulator whose pictures take so long. */
async function withSimulator<T>(
  imageMs: number,
  work: (simulator: Program) => Promise<T>,
): Promise<T> {
  const simulator = await startProgram(script("simulator.ts"), [String(imageMs)], {});
  return await runAndStop(simulator, () => work(simulator));
}

async function runAndStop<T>(program: Program, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await program.stop();
  }
}

/** An answer, and when its caller had it in Unix milliseconds. */
export interface Answered {
  answer: Answer;
  at: number;
}

let rounds = 0;

/** Asks for so many pictures at once, each caller waiting for its own answer. */
export async function makePictures(
  gatewayUrl: string,
  count: number,
  pictures = 1,
): Promise<Answered[]> {
  rounds += 1;
  const answered: Answered[] = [];
  await inParallel(count, count, async (index) => {
    const prompt = `bench ${rounds} ${index}`;
    const answer = await ask(`${gatewayUrl}/v1/images/generations`, { prompt, n: pictures });
    answered.push({ answer, at: Date.now() });
  });
  return answered;
}

/** Gives the submit id under which the upstream made the picture of an answer. */
export async function submitIdOf(gatewayUrl: string, { headers, body }: Answer): Promise<string> {
  const jobId = headers.get("x-jimeng-job");
  // The bare gateway says it in its answer.
  if (jobId === null) return (body as { submit_id: string }).submit_id;
  const job = await ask(`${gatewayUrl}/v1/jobs/${jobId}`);
  return (job.body as { upstream: { submit_id: string } }).upstream.submit_id;
}

const kibibytesInMebibyte = 1024;

/** Reads the resident set of a process; only Linux tells it. */
export function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kibibytes ?? Number.NaN) / kibibytesInMebibyte;
}

/** Runs work with the pid of npm, which stays beside a gateway that `npm start` started. */
export function withNpmStart<T>(work: (pid: number) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const child = spawn("npm", ["start", "--", "--port", "0", "--data-dir", folder], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, JIMENG_SIMULATE: "true" },
      detached: true,
    });
    const ended = once(child, "exit");
    try {
      for await (const chunk of child.stdout) if (/127\.0\.0\.1:\d+/.test(String(chunk))) break;
      return await work(child.pid ?? 0);
    } finally {
      // npm passes no signal on when it stands in a group of its own: the whole group ends.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      await ended;
    }
  });
}
