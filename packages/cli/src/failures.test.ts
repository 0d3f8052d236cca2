// Tests that every failure is one clear line, with the exit code of the table, and starts nothing.

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { startServicesForTests } from "./testing/services.ts";

const services = await startServicesForTests();

const run = (...words: string[]) => services.place.run(words);
const errorLines = (stderr: string) =>
  stderr.split("\n").filter((line) => line.startsWith("error: "));

describe("a request that cannot succeed", () => {
  test.each([
    ["an empty prompt", ["image", "  "], "prompt"],
    ["an unknown model", ["image", "cat", "--model", "jimeng-0.0"], "jimeng-0.0"],
    ["an unknown ratio", ["image", "cat", "--ratio", "5:7"], "ratio"],
    ["a wrong duration", ["video", "sea", "--seconds", "7"], "seconds"],
    ["a count out of range", ["image", "cat", "--count", "11"], "--count"],
    ["an unknown option", ["image", "cat", "--colour", "red"], "--colour"],
    ["a size and a ratio", ["image", "cat", "--size", "1x1", "--ratio", "1:1"], "--ratio"],
    ["no prompt at all", ["video"], "prompt"],
    ["an address that is none", ["jobs", "--url", "5100"], "address"],
  ])("for %s ends with 2 and names what is wrong", async (_, words, named) => {
    const { code, stdout, stderr } = await run(...words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain(named);
    expect(services.simulator.acceptedStarts()).toEqual([]);
  });

  test("for a folder that cannot be written starts nothing", async () => {
    await writeFile(path.join(services.place.folder, "file"), "");
    const { code, stderr } = await run("image", "cat", "--output", "file/below");
    expect(code).toBe(2);
    expect(stderr).toContain("nothing was started");
    expect(services.simulator.acceptedStarts()).toEqual([]);
  });
});

describe("a job that fails", () => {
  test("tells what happened, the job, and whether anything was spent; as JSON too", async () => {
    const { code, stdout, stderr } = await run(
      "image",
      "simulate:2038 please",
      "--count",
      "1",
      "--json",
    );
    expect(code).toBe(5);
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/^fix: /m);
    expect(stderr).toMatch(/^job: job_/m);
    expect(stderr).toMatch(/^charged: /m);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      object: "job",
      status: "failed",
      error: { code: "content_policy_violation" },
      files: [],
    });
  });
});

describe("no gateway at the address given", () => {
  test("ends with 7", async () => {
    const { code, stderr } = await run("jobs", "--url", "http://127.0.0.1:1");
    expect(code).toBe(7);
    expect(errorLines(stderr)).toHaveLength(1);
  });
});

describe("a server that cannot start", () => {
  const start = (environment: Record<string, string>, ...words: string[]) =>
    services.place.run(["serve", "--port", "0", ...words], environment);

  test("says that another one serves the folder", async () => {
    const { code, stdout, stderr } = await start({});
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain(services.place.dataDir);
  });

  test("says that the port is taken, for gateway and simulator", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const port = String((holder.address() as AddressInfo).port);
    const elsewhere = path.join(services.place.folder, "busy");
    try {
      for (const words of [
        ["serve", "--port", port, "--data-dir", elsewhere],
        ["simulate", "--port", port],
      ]) {
        const { code, stdout, stderr } = await run(...words);
        expect(code).toBe(2);
        expect(stdout).toBe("");
        expect(errorLines(stderr)).toHaveLength(1);
        expect(stderr).toContain(port);
      }
      expect(await readdir(elsewhere)).not.toContain("gateway.json");
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  test("says that the data folder cannot be written", async () => {
    await writeFile(path.join(services.place.folder, "plain"), "");
    const { code, stderr } = await start({}, "--data-dir", "plain/data");
    expect(code).toBe(2);
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain("plain");
  });

  test("names the setting that is wrong and never shows its value", async () => {
    const { code, stderr } = await start({ JIMENG_SESSIONS: "bad name!=obviously-fake-secret" });
    expect(code).toBe(2);
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain("JIMENG_SESSIONS");
    expect(stderr).not.toContain("obviously-fake-secret");
  });

  test("refuses to serve strangers without keys", async () => {
    await mkdir(path.join(services.place.folder, "open"));
    const { code, stderr } = await start({}, "--host", "0.0.0.0", "--data-dir", "open");
    expect(code).toBe(2);
    expect(stderr).toContain("HOST");
  });
});
