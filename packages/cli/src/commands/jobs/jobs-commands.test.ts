// Tests the search, the download and the estimate of the command with a running gateway and the simulator.

import { readdir } from "node:fs/promises";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { runHere } from "../../testing/in-process.ts";
import { startServicesForTests } from "../../testing/services.ts";

const { place, simulator } = await startServicesForTests();
const run = (...words: string[]) => runHere(place, words);

let made: { id: string };

beforeAll(async () => {
  const { code, stdout, stderr } = await run(
    "image",
    "灯塔 at Night",
    "--json",
    "--output",
    "first/",
  );
  expect(code, stderr).toBe(0);
  made = JSON.parse(stdout) as { id: string };
});

describe("jimeng jobs search", () => {
  test("finds jobs that have all words, in any case, and says when there are none", async () => {
    const found = await run("jobs", "search", "night", "灯");
    expect(found.stdout).toContain(made.id);
    expect(await run("jobs", "search", "night", "harbour")).toMatchObject({ stdout: "", code: 0 });
  });
});

describe("jimeng jobs download", () => {
  test("saves the files of an ended job, named as asked", async () => {
    const { code, stdout } = await run(
      ...["jobs", "download", made.id, "--output", "again/{model}-{index}.{ext}"],
    );
    expect([code, stdout]).toEqual([0, "./again/jimeng-4.0-1.png\n"]);
    expect(await readdir(path.join(place.folder, "again"))).toEqual(["jimeng-4.0-1.png"]);
  });

  test("refuses a job that runs, and says how to wait for it", async () => {
    const { stdout } = await run("video", "slow", "--no-wait");
    const { code, stderr } = await run("jobs", "download", stdout.trim());
    expect(code).toBe(2);
    expect(stderr).toContain(`jimeng jobs wait ${stdout.trim()}`);
  });
});

test("--dry-run tells the credits and starts nothing", async () => {
  const before = simulator.acceptedStarts().length;
  const { code, stdout } = await run("image", "a harbour", "--count", "2", "--dry-run");
  expect(code).toBe(0);
  expect(stdout).toMatch(/credits? expected|the price is not known/);
  expect(simulator.acceptedStarts()).toHaveLength(before);
});
