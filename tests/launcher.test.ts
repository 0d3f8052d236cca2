// The launcher of the clone: the documented command works from any folder, with every option.

import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-launcher-"));
  await symlink(join(root, "jimeng"), join(folder, "link"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(process.platform === "win32").each([
  ["the help", ["--help"], /^Usage: jimeng \[options\] \[command\]/],
  ["the help of a command", ["image", "--help"], /^Usage: jimeng image/],
  ["the version", ["--version"], /^\d+\.\d+\.\d+\n$/],
])("shows %s, also through a link in another folder", async (_, words, shown) => {
  for (const file of [join(root, "jimeng"), join(folder, "link")]) {
    const { stdout } = await run(file, words, { cwd: folder });
    expect(stdout).toMatch(shown);
  }
});
