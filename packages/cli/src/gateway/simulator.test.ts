// Tests that the built-in simulator comes back at the port it had.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { rememberPort, rememberedPort } from "./simulator.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-port-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("gives any free port to a simulator that never ran", async () => {
  expect(await rememberedPort(folder)).toBe(0);
});

test("gives the port of the last start again", async () => {
  await rememberPort(folder, "http://127.0.0.1:43210");
  await rememberPort(folder, "http://127.0.0.1:43211");
  expect(await rememberedPort(folder)).toBe(43_211);
});

test("takes a damaged file for none", async () => {
  await writeFile(path.join(folder, "port"), "43");
  expect(await rememberedPort(folder)).toBe(0);
});
