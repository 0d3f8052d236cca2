// Tests copying a data folder while it is written to.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { backUp } from "./backup.ts";
import { DatabaseSync } from "../database/sqlite.ts";

let folder: string;
let dataDir: string;
let live: DatabaseSync;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-backup-"));
  dataDir = join(folder, "data");
  for (const name of ["assets/4f", "assets/incoming", "files/ab", "files/incoming"]) {
    await mkdir(join(dataDir, name), { recursive: true });
  }
  live = new DatabaseSync(join(dataDir, "jimeng.db"));
  live.exec(
    "PRAGMA journal_mode = WAL; CREATE TABLE jobs (id INTEGER PRIMARY KEY, text TEXT, status TEXT, start_before INTEGER)",
  );
  add("first");
  await writeFile(join(dataDir, "assets/4f/asset_4f.png"), "picture");
  await writeFile(join(dataDir, "assets/incoming/asset_half"), "half");
  await writeFile(join(dataDir, "files/ab/abcd"), "reference");
  await writeFile(join(dataDir, "secret.key"), "fake-secret", { mode: 0o600 });
  await writeFile(join(dataDir, "gateway.json"), "{}");
});
afterEach(async () => {
  live.close();
  await rm(folder, { recursive: true, force: true });
});

function add(text: string): void {
  live.prepare("INSERT INTO jobs (text) VALUES (?)").run(text);
}

function textsIn(file: string): unknown[] {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    expect(copy.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    return copy
      .prepare("SELECT text FROM jobs ORDER BY id")
      .all()
      .map(({ text }) => text);
  } finally {
    copy.close();
  }
}

describe("a backup", () => {
  test("holds what was committed, also what is only in the write-ahead log, and nothing later", async () => {
    add("in the log");
    live.exec("BEGIN IMMEDIATE");
    add("not committed");
    const to = join(folder, "copy");
    await backUp({ dataDir, to });
    live.exec("COMMIT");
    add("after");
    expect(textsIn(join(to, "jimeng.db"))).toEqual(["first", "in the log"]);
    expect((await stat(join(to, "jimeng.db"))).mode & 0o777).toBe(0o600);
    expect((await stat(to)).mode & 0o777).toBe(0o700);
  });

  test("has secret key and references always, results when asked, and nothing that belongs to the process", async () => {
    const small = join(folder, "small");
    expect(await backUp({ dataDir, to: small })).toMatchObject({ linkedFiles: 1, copiedFiles: 0 });
    expect((await readdir(small)).toSorted()).toEqual([
      "backup.json",
      "files",
      "jimeng.db",
      "secret.key",
    ]);
    expect((await stat(join(small, "secret.key"))).mode & 0o777).toBe(0o600);
    const whole = join(folder, "whole");
    const report = await backUp({ dataDir, to: whole, withAssets: true });
    expect(report).toMatchObject({ to: whole, linkedFiles: 2 });
    expect(await readdir(join(whole, "assets"))).toEqual(["4f"]);
    await rm(join(dataDir, "assets/4f/asset_4f.png"));
    expect(await readFile(join(whole, "assets/4f/asset_4f.png"), "utf8")).toBe("picture");
  });

  test("may be the database alone, in a file", async () => {
    const to = join(folder, "deep/nightly.db");
    await backUp({ dataDir, to });
    expect(textsIn(to)).toEqual(["first"]);
    await expect(
      backUp({ dataDir, to: join(folder, "other.db"), withAssets: true }),
    ).rejects.toMatchObject({ code: "invalid_request", detail: { param: "to" } });
  });

  test("never writes over anything, nor into the data folder", async () => {
    const to = join(folder, "copy");
    await mkdir(to);
    await backUp({ dataDir, to });
    await expect(backUp({ dataDir, to })).rejects.toMatchObject({ code: "conflict" });
    await expect(backUp({ dataDir, to: join(dataDir, "copy") })).rejects.toMatchObject({
      detail: { param: "to" },
    });
    await expect(backUp({ dataDir: join(folder, "none"), to })).rejects.toMatchObject({
      detail: { param: "data-dir" },
    });
  });

  test("that fails leaves nothing under its name", async () => {
    live.close();
    live = new DatabaseSync(":memory:");
    await writeFile(join(dataDir, "jimeng.db"), "no database any more, and long enough to be read");
    const to = join(folder, "copy");
    await expect(backUp({ dataDir, to })).rejects.toThrow();
    expect(existsSync(to)).toBe(false);
    expect(await readdir(folder)).toEqual(["data"]);
  });
});
