// Tests commands that need a running gateway, all with one: `export`, `gc`, `jobs search` and `download`, `--dry-run`, and
// those named as in the site's own CLI.

import { spawnSync } from "node:child_process";
import { readFile, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { ExportReport } from "../export/export-data.ts";
import { runHere } from "../testing/in-process.ts";
import { startServicesForTests } from "../testing/services.ts";
import type { TaskDocument } from "./dreamina/documents.ts";

const { place, simulator, url } = await startServicesForTests();
const folder = path.join(place.folder, "mine");
const read = (name: string) => readFile(path.join(folder, name), "utf8");

/** Runs a command that must succeed, and returns what it prints. */
async function printed(words: string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runHere(place, words, environment);
  expect(code, stderr).toBe(0);
  return stdout;
}

const run = (...words: string[]) => runHere(place, words);

let key: string;
let made: string;
let ofKey: string;

beforeAll(async () => {
  ({ key } = JSON.parse(await printed(["keys", "create", "phone", "--json"])) as { key: string });
  const results = ["--json", "--output", "results/"];
  const texts = await Promise.all([
    printed(["image", "灯塔 at Night", ...results]),
    printed(["image", "a harbour", "--url", url, ...results], { JIMENG_API_KEY: key }),
  ]);
  [made = "", ofKey = ""] = texts.map((text) => (JSON.parse(text) as { id: string }).id);
});

describe("jimeng export", () => {
  test("writes jobs, results with what they were made from, and the ledger", async () => {
    expect(await printed(["export", "--to", "mine"])).toBe("./mine\n");
    const jobs = (await read("jobs.jsonl")).trim().split("\n");
    expect(jobs.map((line) => (JSON.parse(line) as { id: string }).id).toSorted()).toEqual(
      [made, ofKey].toSorted(),
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
      prompt: expect.stringMatching(/^(灯塔 at Night|a harbour)$/),
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
    await printed(["export", "--to", "mine"]);
    expect((await stat(kept)).ino).toBe(before.ino);
    expect((await stat(lost)).size).toBeGreaterThan(0);
  });

  test("holds a key's own data only, and is a tar file where it is called so", async () => {
    const words = ["export", "--to", "phone.tar", "--url", url, "--no-files", "--json"];
    const report = JSON.parse(await printed(words, { JIMENG_API_KEY: key })) as ExportReport;
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
    // What was made in the last hour stays, whatever the limit.
    const report = JSON.parse(await printed(["gc", "--days", "1", "--yes", "--json"])) as object;
    expect(report).toMatchObject({ object: "sweep", dry_run: false, aged: { files: 0 } });
    expect((await runHere(place, ["gc", "--days", "0"])).code).toBe(2);
  });
});

describe("jimeng jobs search", () => {
  test("finds jobs that have all words, in any case, and says when there are none", async () => {
    const found = await run("jobs", "search", "night", "灯");
    expect(found.stdout).toContain(made);
    expect(await run("jobs", "search", "night", "forest")).toMatchObject({ stdout: "", code: 0 });
  });
});

describe("jimeng jobs download", () => {
  test("saves the files of an ended job, named as asked", async () => {
    const { code, stdout } = await run(
      ...["jobs", "download", made, "--output", "again/{model}-{index}.{ext}"],
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

test("jimeng jobs --watch prints the list when it changes, until Ctrl-C", async () => {
  const watching = place.start(["jobs", "--watch"]);
  await watching.see("stdout", new RegExp(made));
  watching.process.kill("SIGINT");
  expect(await watching.end()).toMatchObject({ code: 0 });
});

test("--dry-run tells the credits and starts nothing", async () => {
  const before = simulator.acceptedStarts().length;
  const { code, stdout } = await run("image", "a harbour", "--count", "2", "--dry-run");
  expect(code).toBe(0);
  expect(stdout).toMatch(/credits? expected|the price is not known/);
  expect(simulator.acceptedStarts()).toHaveLength(before);
});

async function task(...words: string[]): Promise<TaskDocument> {
  return JSON.parse(await printed(words)) as TaskDocument;
}

const downloads = path.join(place.folder, "downloads");

describe("the commands of the site's own CLI", () => {
  test("submit, query with the id, and download", async () => {
    const submitted = await task(
      ...["text2image", "--prompt=a fox", "--ratio=16:9", "--resolution_type=2k"],
      ...["--model_version=4.0", "--generate_num=2", "--poll=0"],
    );
    expect(submitted.gen_status).toBe("querying");
    expect(submitted.submit_id).toMatch(/^job_/);
    const waited = await task("text2image", "--prompt=a wolf", "--poll=15");
    expect(waited).toMatchObject({
      gen_status: "success",
      result_json: { images: [{ image_url: expect.stringMatching(/^http/), width: 2048 }] },
      queue_info: { queue_status: "Finish" },
    });
    const [id, where] = [`--submit_id=${waited.submit_id}`, `--download_dir=${downloads}`];
    const queried = await task("query_result", id, where);
    expect(queried.result_json?.images).toMatchObject([
      { path: path.join(downloads, (await readdir(downloads))[0] ?? "") },
    ]);
    const { stdout } = await runHere(place, ["list_task", "--limit=5", "--gen_status=success"]);
    const listed = JSON.parse(stdout) as TaskDocument[];
    expect(listed.map((task) => task.submit_id)).toContain(waited.submit_id);
  });

  test("tell the credits, and what is missing", async () => {
    expect(await task("user_credit")).toMatchObject({ total_credit: expect.any(Number) });
    const { code, stderr } = await runHere(place, ["image2video", "--prompt=waves"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--image")]);
  });
});
