// Tests which half-written files are removed at a start.

import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { emptyIncoming } from "./temp-file-cleanup.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-incoming-"));
  await writeFile(join(folder, "young"), "x");
  await writeFile(join(folder, "old"), "x");
  await utimes(join(folder, "old"), new Date(0), new Date(0));
});
afterEach(() => rm(folder, { recursive: true }));

test("the only user of a folder empties it", async () => {
  await emptyIncoming(folder, "alone");
  expect(await readdir(folder)).toEqual([]);
});

test("one of several users keeps what another may be writing", async () => {
  await emptyIncoming(folder, "shared");
  expect(await readdir(folder)).toEqual(["young"]);
});
