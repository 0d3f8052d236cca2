// The PostgreSQL of the tests starts wherever the clone lies, leaves nothing behind, and says in one line why it does
// not start.
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scratchFolder } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";
import { findInstallation } from "./programs.ts";
import { startPostgres } from "./server.ts";

const isRoot = process.getuid?.() === 0;
// Other users cannot enter a scratch folder.
let scratch: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  scratch = scratchFolder();
});
afterEach(() => scratch.remove());

async function ask(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query("select 1 + 1 as sum")).rows;
  } finally {
    await client.end();
  }
}

/** Lists the folders that servers of this process have left behind. */
function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => {
    if (!name.startsWith("jimeng-test-postgres-")) return false;
    try {
      return readFileSync(join(tmpdir(), name, "owner.pid"), "utf8") === String(process.pid);
    } catch {
      return false;
    }
  });
}

const inPrivate = "PostgreSQL starts for root in a folder that other users cannot enter";
if (!isRoot) tellNotRun(inPrivate, "only root starts it as another user");
test.runIf(isRoot)(inPrivate, async () => {
  const installation = join(scratch.path, "native");
  cpSync(findInstallation(), installation, { recursive: true, verbatimSymlinks: true });
  const server = await startPostgres({ environment: {}, installation });
  try {
    expect(await ask(server.url)).toEqual([{ sum: 2 }]);
  } finally {
    await server.stop();
  }
  expect(leftovers()).toEqual([]);
});

test("a program that fails is told by the line that says why", async () => {
  const bin = join(scratch.path, "bin");
  mkdirSync(bin);
  const text = "#!/bin/sh\necho one >&2\necho 'initdb: error: no room' >&2\necho two >&2\nexit 1\n";
  for (const name of ["initdb", "postgres"]) writeFileSync(join(bin, name), text, { mode: 0o755 });
  const starting = startPostgres({ environment: {}, installation: scratch.path });
  await expect(starting).rejects.toThrow(
    /^PostgreSQL from npm does not start here: initdb: error: no room$/,
  );
  expect(leftovers()).toEqual([]);
});

test("a program that is not there is told in one line", async () => {
  mkdirSync(join(scratch.path, "bin"));
  const starting = startPostgres({ environment: {}, installation: scratch.path });
  await expect(starting).rejects.toThrow(
    /^PostgreSQL from npm does not start here: .*initdb ENOENT$/,
  );
  expect(leftovers()).toEqual([]);
});
