// Tests `gc` and `export` with a running gateway and the simulator.

import { spawnSync } from "node:child_process";
import { readFile, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { ExportReport } from "../../export/export-data.ts";
import { runHere } from "../../testing/in-process.ts";
import { startServicesForTests } from "../../testing/services.ts";

const { place, url } = await startServicesForTests();
const folder = path.join(place.folder, "mine");
const read = (name: string) => readFile(path.join(folder, name), "utf8");

async function run(words: string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runHere(place, words, environment);
  expect(code, stderr).toBe(0);
  return stdout;
}

let key: string;
let ids: string[];

beforeAll(async () => {
  const created = await run(["keys", "create", "phone", "--json"]);
  ({ key } = JSON.parse(created) as { key: string });
  const made = await Promise.all([
    run(["image", "a lighthouse", "--json", "--output", "results/"]),
    run(["image", "a harbour", "--json", "--url", url, "--output", "results/"], {
      JIMENG_API_KEY: key,
    }),
  ]);
  ids = made.map((text) => (JSON.parse(text) as { id: string }).id);
});

describe("jimeng export", () => {
  test("writes jobs, results with what they were made from, and the ledger", async () => {
    expect(await run(["export", "--to", "mine"])).toBe("./mine\n");
    const jobs = (await read("jobs.jsonl")).trim().split("\n");
    expect(jobs.map((line) => (JSON.parse(line) as { id: string }).id).toSorted()).toEqual(
      ids.toSorted(),
    );
    const files = await readdir(path.join(folder, "assets"));
    expect(files.map((name) => path.extname(name)).toSorted()).toEqual([
      ".json",
      ".json",
      ".png",
      ".png",
    ]);
    const sidecar = files.find((name) => name.endsWith(".json")) ?? "";
    expect(JSON.parse(await read(path.join("assets", sidecar)))).toMatchObject({
      prompt: expect.stringMatching(/^a (lighthouse|harbour)$/),
      starred: false,
    });
    expect((await read("ledger.csv")).split("\r\n")[0]).toMatch(/^id,created_at,.*charged,/);
    const report = JSON.parse(await read("export.json")) as ExportReport;
    expect(report).toMatchObject({ object: "export", jobs: 2, files: 2, missing: [] });
  });

  test("goes on with a folder: what is there is not fetched again", async () => {
    const pictures = (await readdir(path.join(folder, "assets")))
      .filter((name) => name.endsWith(".png"))
      .map((name) => path.join(folder, "assets", name));
    const [kept = "", lost = ""] = pictures;
    const before = await stat(kept);
    await rm(lost);
    await run(["export", "--to", "mine"]);
    expect((await stat(kept)).ino).toBe(before.ino);
    expect((await stat(lost)).size).toBeGreaterThan(0);
  });

  test("holds a key's own data only, and is a tar file where it is called so", async () => {
    const words = ["export", "--to", "phone.tar", "--url", url, "--no-files", "--json"];
    const report = JSON.parse(await run(words, { JIMENG_API_KEY: key })) as ExportReport;
    expect(report).toMatchObject({ jobs: 1, files: 1, bytes: 0 });
    const listed = spawnSync("tar", ["-tf", "phone.tar"], { cwd: place.folder, encoding: "utf8" });
    expect(listed.stdout.split("\n")).toEqual([
      "jobs.jsonl",
      "ledger.csv",
      expect.stringMatching(/^assets\/asset_[\w-]+\.json$/),
      "export.json",
      "",
    ]);
    expect(await readdir(place.folder)).not.toContain("phone.tar.partial");
  });
});

describe("jimeng gc", () => {
  test("tells what it would remove, and removes with --yes", async () => {
    const told = await runHere(place, ["gc", "--gb", "0"]);
    expect(told.stdout).toMatch(/deleted +0 +0 B/);
    const [result = ""] = (await readdir(path.join(folder, "assets"))).filter((name) =>
      name.endsWith(".png"),
    );
    await run(["assets", "delete", path.parse(result).name]);
    // What was made in the last hour stays, whatever the limit.
    const report = JSON.parse(await run(["gc", "--days", "1", "--yes", "--json"])) as object;
    expect(report).toMatchObject({ object: "sweep", dry_run: false, aged: { files: 0 } });
    expect((await runHere(place, ["gc", "--days", "0"])).code).toBe(2);
  });
});
