// The processes that a measurement needs: the real command as simulator or gateway, each on a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../packages/cli/bin/jimeng.mjs", import.meta.url));
const commandFromDist = fileURLToPath(new URL("./command-from-dist.mjs", import.meta.url));
const gauge = new URL("./gauge.mjs", import.meta.url).href;

const running = new Set<ChildProcess>();

/** Ends every program that still runs, at once: a bench that is stopped leaves nothing behind. */
export function killPrograms(): void {
  for (const child of running) child.kill("SIGKILL");
}

// Of what a program says, the end tells why it died.
const longestOutput = 4000;
const readLogEveryMs = 10;
const readinessPatienceMs = 30_000;

/** What the gauge (gauge.mjs) read since the reading before it. */
export interface Reading {
  /** The largest resident set of that time, in MiB. */
  peakRssMebibytes: number;
  /** How late the event loop came to a timer, 99th percentile and worst. */
  loopP99Ms: number;
  loopMaxMs: number;
  /** All CPU time of the process since its start. */
  cpuMs: number;
}

/** A running server. */
export interface Program {
  url: string;
  pid: number;
  /** The time from its spawning until it said that it is ready; a gateway's /readyz had answered by then. */
  readyInMs: number;
  /** Reads the gauge and begins a new reading; only of programs started with one. */
  read(): Promise<Reading>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** Says how a program is started. */
export interface ProgramOptions {
  environment?: Record<string, string>;
  /** Puts the gauge into it. */
  gauged?: boolean;
  /** Runs what `npm run build` made instead of the sources. */
  fromDist?: boolean;
  /** File for standard output; by default a pipe to this process takes it. */
  logTo?: string;
}

/** Starts the simulator alone, with blank media and everything in memory. */
export function startSimulator(words: readonly string[]): Promise<Program> {
  return startProgram(command, ["simulate", "--port", "0", "--media", "blank", ...words], {});
}

/** Starts a gateway on a free port over a folder. */
export function startGateway(
  dataDir: string,
  simulatorUrl: string,
  { environment, fromDist = false, ...options }: ProgramOptions = {},
): Promise<Program> {
  const file = fromDist ? commandFromDist : command;
  return startProgram(file, ["serve", "--port", "0", "--data-dir", dataDir], {
    ...options,
    environment: {
      JIMENG_BASE_URL: simulatorUrl,
      JIMENG_SESSIONS: sessions(1),
      // Nodes on PostgreSQL want one; it guards nothing here.
      JIMENG_SECRET_KEY: "bench-only-no-secret",
      LOG_LEVEL: "error",
      ...environment,
    },
  });
}

/** Makes the setting of so many accounts, each with an obviously made-up session. */
export function sessions(count: number): string {
  return Array.from({ length: count }, (_, at) => `bench-${at}=bench0fake0session0${at}`).join(",");
}

/** Gives a folder that is gone when the work is done. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "jimeng-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a script that prints its URL when it listens. */
export async function startProgram(
  file: string,
  words: readonly string[],
  { environment = {}, gauged = false, logTo }: Omit<ProgramOptions, "fromDist">,
): Promise<Program> {
  const startedAt = performance.now();
  const log = logTo === undefined ? undefined : openSync(logTo, "a");
  const child = spawn(
    process.execPath,
    [
      ...(file.endsWith(".ts") ? ["--conditions=source"] : []),
      ...(gauged ? ["--import", gauge] : []),
      file,
      ...words,
    ],
    {
      stdio: ["ignore", log ?? "pipe", "pipe", "ipc"],
      // Settings of whoever runs the bench must not decide what is measured.
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    },
  );
  if (log !== undefined) closeSync(log);
  child.channel?.unref();
  running.add(child);
  child.once("exit", () => running.delete(child));
  const isGateway = words[0] === "serve";
  const url = await readUrl(child, { logTo, pattern: isGateway ? gatewayUrl : anyUrl });
  if (isGateway) await readiness(url).catch((error: unknown) => end(child, error));
  const readyInMs = performance.now() - startedAt;
  return {
    url,
    pid: child.pid ?? 0,
    readyInMs,
    read: () =>
      new Promise((resolve) => {
        child.once("message", (reading) => resolve(reading as Reading));
        child.send("read");
      }),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

// A gateway's log may name its metrics' address first.
const gatewayUrl = /URL\s+(http:\/\/127\.0\.0\.1:\d+)/;
const anyUrl = /(http:\/\/127\.0\.0\.1:\d+)/;

/** Ends a program that cannot be used, and throws why. */
function end(child: ChildProcess, why: unknown): never {
  child.kill("SIGKILL");
  throw why;
}

/** Waits until a gateway is ready: it says where it listens before its tasks run. */
async function readiness(url: string): Promise<void> {
  const end = performance.now() + readinessPatienceMs;
  for (;;) {
    const { status } = await fetch(`${url}/readyz`);
    if (status === 200) return;
    if (performance.now() > end) throw new Error(`/readyz answered ${status}`);
    await sleep(readLogEveryMs);
  }
}

function readUrl(
  child: ChildProcess,
  { logTo, pattern }: { logTo: string | undefined; pattern: RegExp },
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (more: string): void => {
      text = `${text}${more}`.slice(-longestOutput);
    };
    const find = (): boolean => {
      const url = pattern.exec(text)?.[1];
      if (url !== undefined) resolve(url);
      return url !== undefined;
    };
    child.once("exit", () => reject(new Error(`a measured program ended early: ${text}`)));
    child.stderr?.on("data", (chunk: Buffer) => read(chunk.toString()));
    child.stdout?.on("data", function onData(chunk: Buffer) {
      read(chunk.toString());
      // Reading on keeps the pipe empty; looking at every line of the log would cost what is measured.
      if (find()) child.stdout?.off("data", onData).resume();
    });
    if (logTo === undefined) return;
    const timer = setInterval(() => {
      read(readFileSync(logTo, "utf8"));
      if (find() || child.exitCode !== null) clearInterval(timer);
    }, readLogEveryMs);
  });
}
