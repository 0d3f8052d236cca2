// Starting the real command as a child process, reading where it listens, and killing it without mercy.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const command = join(root, "packages/cli/bin/jimeng.mjs");

/** A fake credential of the shape real ones have; tests look for it everywhere it must not be. */
export const fakeSession = "e2e0fake0session0e2e0fake0session";

export interface Process {
  url: string;
  /** Holds everything written to stdout and stderr so far. */
  output(): string;
  /** Sends SIGKILL and waits until the process is gone. */
  kill(): Promise<void>;
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
  child: ChildProcess;
}

/** Makes an empty folder and a function that removes it. */
export function scratchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "jimeng-e2e-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Waits until `probe` gives a value; the limit is generous because two cores run many tests. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  limitMs = 30_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
    await sleep(25);
  }
}

const baseEnvironment = (): NodeJS.ProcessEnv => {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    if (/^(JIMENG_|PORT$|HOST$|DATABASE_URL$|ASSETS_URL$)/.test(name)) delete environment[name];
  }
  return environment;
};

/** Starts the real command with these words; it must be ended by the test. */
export function startCommand(
  words: string[],
  environment: Record<string, string> = {},
): { child: ChildProcess; output(): string; stdout(): string; ended: Promise<number | null> } {
  let all = "";
  let out = "";
  // Files must be private by what makes them, not by the umask of whoever runs the tests.
  const umask = environment["JIMENG_TEST_UMASK"];
  const shell = ["-c", `umask ${umask}; exec "$@"`, "sh", process.execPath, command, ...words];
  const isPlain = umask === undefined;
  const child = spawn(
    isPlain ? process.execPath : "/bin/sh",
    isPlain ? [command, ...words] : shell,
    {
      env: { ...baseEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      cwd: environment["JIMENG_TEST_CWD"] ?? root,
    },
  );
  child.stdout.on("data", (chunk: Buffer) => {
    all += chunk.toString();
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => (all += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output: () => all, stdout: () => out, ended };
}

/** Runs the command to its end. */
export async function runCommand(
  words: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; output: string }> {
  const started = startCommand(words, environment);
  const code = await started.ended;
  return { code, stdout: started.stdout(), output: started.output() };
}

async function started(
  what: string,
  words: string[],
  environment: Record<string, string>,
  findUrl: (output: string) => string | undefined,
): Promise<Process> {
  const running = startCommand(words, environment);
  const url = await until(what, async () => {
    if (running.child.exitCode !== null) {
      throw new Error(`${what} ended early:\n${running.output()}`);
    }
    const found = findUrl(running.output());
    if (found === undefined) return undefined;
    const answer = await fetch(`${found}/healthz`).catch(() => undefined);
    return answer?.status === undefined ? undefined : found;
  });
  const secrets = secretsOf(environment);
  return {
    url,
    child: running.child,
    output: running.output,
    kill: async () => {
      running.child.kill("SIGKILL");
      await running.ended;
      refuseSecrets(what, running.output(), secrets);
    },
    stop: async () => {
      running.child.kill("SIGTERM");
      const code = await running.ended;
      refuseSecrets(what, running.output(), secrets);
      return code;
    },
  };
}

const minSecretLength = 8;

/** Returns the secrets in the settings of a process, and the session that tests use. */
function secretsOf(environment: Record<string, string>): string[] {
  const { JIMENG_SESSIONS = "", JIMENG_API_KEYS = "", JIMENG_SECRET_KEY = "" } = environment;
  const listed = [JIMENG_SESSIONS, JIMENG_API_KEYS].flatMap((list) => list.split(","));
  const values = listed.map((entry) => entry.replace(/^[^=]*=/, "").replace(/^(us|hk|jp|sg)-/, ""));
  const passwords = ["DATABASE_URL", "HTTPS_PROXY"].map(
    (name) => URL.parse(environment[name] ?? "")?.password ?? "",
  );
  return [fakeSession, JIMENG_SECRET_KEY, ...values, ...passwords].filter(
    (secret) => secret.length >= minSecretLength,
  );
}

/** Throws when a process wrote a secret: every test that starts one looks for them. */
function refuseSecrets(what: string, output: string, secrets: readonly string[]): void {
  const line = output.split("\n").find((each) => secrets.some((secret) => each.includes(secret)));
  if (line !== undefined) throw new Error(`${what} wrote a secret of its settings: ${line}`);
}

/** Starts `jimeng serve`, on a free port unless one is given; `simulated` tells which of the two data folders is in use. */
export function startGateway(
  dataFolder: string,
  environment: Record<string, string> = {},
  { simulated = true, port = "0" }: { simulated?: boolean; port?: string } = {},
): Promise<Process> {
  const file = join(dataFolder, simulated ? "simulator" : "", "gateway.json");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  return started(
    "the gateway",
    ["serve", "--port", port],
    { JIMENG_DATA_DIR: dataFolder, ...environment },
    () => {
      // A SIGKILLed gateway leaves its file behind; only a new one tells where this one listens.
      if (!existsSync(file)) return undefined;
      const text = readFileSync(file, "utf8");
      if (text === before || text === "") return undefined;
      return (JSON.parse(text) as { url: string }).url;
    },
  );
}

/** Starts `jimeng simulate` on a free port, with its accepted starts in the folder. */
export function startSimulator(dataFolder: string, words: string[] = []): Promise<Process> {
  return started(
    "the simulator",
    ["simulate", "--port", "0", "--data-dir", dataFolder, ...words],
    {},
    (output) => /https?:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0],
  );
}

/** Sends JSON and gives status, headers and parsed body. */
export async function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: any }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Gets JSON. */
export async function getJson(url: string, headers: Record<string, string> = {}): Promise<any> {
  const response = await fetch(url, { headers });
  return response.json();
}
