// Running the real `jimeng` command in a child process, for tests; imported by tests only.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/jimeng.mjs", import.meta.url));

/** What a finished command left. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface Running {
  process: ChildProcess;
  /** Waits until a stream holds a text that matches, and gives the match; fails when the command ends first. */
  see(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpMatchArray>;
  /** Waits until the command has ended. Both waits fail after `patienceMs`, and tell what was printed. */
  end(): Promise<Finished>;
}

const patienceMs = 20_000;

/** The streams of a command. */
export interface Streams {
  /** What is piped in; without it nothing is. */
  input?: string | Uint8Array;
  /** The file that the standard output goes to. */
  stdoutFile?: string;
}

/** A place of its own for a test: a folder to work in, and commands that know no other settings. */
export interface Place {
  folder: string;
  dataDir: string;
  start(words: readonly string[], environment?: Record<string, string>, streams?: Streams): Running;
  run(
    words: readonly string[],
    environment?: Record<string, string>,
    streams?: Streams,
  ): Promise<Finished>;
  /** Ends every command that still runs and removes the folder. */
  remove(): Promise<void>;
}

/** Makes a place with an empty data folder; `settings` hold for every command in it. */
export async function createPlace(settings: Record<string, string> = {}): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), "jimeng-cli-"));
  const dataDir = path.join(folder, "data");
  const started: Running[] = [];

  function start(
    words: readonly string[],
    environment: Record<string, string> = {},
    { input, stdoutFile }: Streams = {},
  ): Running {
    const stdout = stdoutFile === undefined ? undefined : openSync(stdoutFile, "w");
    const child = spawn(process.execPath, [bin, ...words], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        JIMENG_DATA_DIR: dataDir,
        ...settings,
        ...environment,
      },
      stdio: [input === undefined ? "ignore" : "pipe", stdout ?? "pipe", "pipe"],
    });
    if (stdout !== undefined) closeSync(stdout);
    child.stdin?.end(input);
    const running = watch(child);
    started.push(running);
    return running;
  }

  return {
    folder,
    dataDir,
    start,
    run: (words, environment, streams) => start(words, environment, streams).end(),
    async remove() {
      for (const { process: child } of started) child.kill("SIGKILL");
      await Promise.all(started.map((running) => running.end()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function watch(child: ChildProcess): Running {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      texts[name] += chunk;
      child.emit("jimeng-text");
    });
  }
  let isOver = false;
  const ended = once(child, "close").then(([code]) => {
    isOver = true;
    return { code: code as number | null, ...texts };
  });
  async function within<Value>(work: Promise<Value>, what: string): Promise<Value> {
    const limit = new AbortController();
    const late = sleep(patienceMs, undefined, { signal: limit.signal }).then(() => {
      throw new Error(`not within ${patienceMs} ms: ${what}\n${texts.stdout}\n${texts.stderr}`);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      late.catch(() => undefined);
      limit.abort();
    }
  }
  async function find(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = texts[stream].match(pattern);
      if (match) return match;
      if (isOver) {
        throw new Error(`ended without ${String(pattern)}:\n${texts.stdout}\n${texts.stderr}`);
      }
      await Promise.race([once(child, "jimeng-text"), ended]);
    }
  }
  return {
    process: child,
    end: () => within(ended, "its end"),
    see: (stream, pattern) => within(find(stream, pattern), String(pattern)),
  };
}
