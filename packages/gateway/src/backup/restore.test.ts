// Tests that a backup is brought back whole or not at all, and that what is no whole backup is named.

import { existsSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { backUp } from "./backup.ts";
import type { BackupPart } from "./backup-part.ts";
import { makeDataFolder } from "../database/data-folder.ts";
import { restore } from "./restore.ts";
import { DatabaseSync } from "../database/sqlite.ts";

const parts: BackupPart[] = [
  { folder: "", isFree: false },
  {
    folder: "simulator",
    further: { databases: ["upstream/simulator.db"], files: ["upstream/port"] },
    isFree: true,
  },
];

let folder: string;
let live: string;
let backup: string;
let dataDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-restore-"));
  live = join(folder, "live");
  backup = join(folder, "backup");
  dataDir = join(folder, "data");
  await fill(live, "real");
  await fill(join(live, "simulator"), "simulated");
  makeDatabase(join(live, "simulator/upstream/simulator.db"), "upstream");
  await writeFile(join(live, "simulator/upstream/port"), "40123\n");
  await backUp({ dataDir: live, parts, to: backup, withAssets: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fill(place: string, text: string): Promise<void> {
  for (const name of ["assets/4f", "files/ab", "files/incoming", "upstream"]) {
    await mkdir(join(place, name), { recursive: true });
  }
  makeDatabase(join(place, "jimeng.db"), text);
  await writeFile(join(place, "assets/4f/asset_4f.png"), `picture of ${text}`);
  await writeFile(join(place, "files/ab/abcd"), `reference of ${text}`);
  await writeFile(join(place, "files/incoming/half"), "half");
  await writeFile(join(place, "secret.key"), `fake-secret-of-${text}`, { mode: 0o600 });
  await writeFile(join(place, "gateway.json"), "{}");
}

function makeDatabase(file: string, text: string): void {
  const database = new DatabaseSync(file);
  database.exec(
    "PRAGMA journal_mode = WAL; CREATE TABLE jobs (id INTEGER PRIMARY KEY, text TEXT, status TEXT, start_before INTEGER)",
  );
  const insert = database.prepare("INSERT INTO jobs (text, status) VALUES (?, 'queued')");
  for (let count = 0; count < 50; count++) insert.run(`${text} ${"x".repeat(500)}`);
  database.close();
}

function rowsOf(file: string): { text: string; start_before: number | null }[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare("SELECT text, start_before FROM jobs").all();
  database.close();
  return rows as unknown as { text: string; start_before: number | null }[];
}

async function filesBelow(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
    .toSorted();
}

describe("a restored folder", () => {
  test("holds both modes as they were, privately, and nothing that belonged to the process", async () => {
    const report = await restore({ from: backup, dataDir });
    expect(report).toMatchObject({ dataDir, parts: ["", "simulator"], withAssets: true });
    const own = ["assets/4f/asset_4f.png", "files/ab/abcd", "jimeng.db", "secret.key"];
    expect(await filesBelow(dataDir)).toEqual(
      [
        ...own,
        ...own.map((name) => `simulator/${name}`),
        "simulator/upstream/port",
        "simulator/upstream/simulator.db",
      ].toSorted(),
    );
    for (const [place, text] of [
      ["", "real"],
      ["simulator", "simulated"],
    ] as const) {
      const rows = rowsOf(join(dataDir, place, "jimeng.db"));
      expect(rows).toHaveLength(50);
      expect(rows[0]?.text).toMatch(new RegExp(`^${text} `));
      const key = await readFile(join(dataDir, place, "secret.key"), "utf8");
      expect(key).toBe(`fake-secret-of-${text}`);
      const { mode } = await stat(join(dataDir, place, "jimeng.db"));
      if (process.platform !== "win32") expect(mode & 0o777).toBe(0o600);
    }
  });

  test("lets jobs wait on where nothing is paid, and expires those of real accounts", async () => {
    await restore({ from: backup, dataDir });
    const expired = (place: string) =>
      rowsOf(join(dataDir, place, "jimeng.db")).filter((row) => row.start_before !== null).length;
    expect(expired("")).toBe(50);
    expect(expired("simulator")).toBe(0);
  });

  test("may be made again from the same backup, and lives on without it", async () => {
    await restore({ from: backup, dataDir });
    await restore({ from: backup, dataDir: join(folder, "second") });
    await rm(backup, { recursive: true });
    const picture = await readFile(join(dataDir, "assets/4f/asset_4f.png"), "utf8");
    expect(picture).toBe("picture of real");
  });

  test("may be an empty folder that is there, and have one mode only", async () => {
    await rm(join(live, "jimeng.db"));
    const one = join(folder, "one");
    await backUp({ dataDir: live, parts, to: one });
    await mkdir(dataDir);
    expect(await restore({ from: one, dataDir })).toMatchObject({
      parts: ["simulator"],
      withAssets: false,
    });
    expect(await readdir(dataDir)).toEqual(["simulator"]);
  });
});

describe("a restore is refused by name", () => {
  test.each([["gateway.json"], [".hidden"], ["filler"]])(
    "into a folder that holds %s, which stays as it is",
    async (name) => {
      await mkdir(dataDir);
      await writeFile(join(dataDir, name), "mine");
      await expect(restore({ from: backup, dataDir })).rejects.toMatchObject({
        code: "conflict",
        message: `The data folder is not empty: ${dataDir}.`,
        detail: { param: "data-dir" },
      });
      expect(await filesBelow(dataDir)).toEqual([name]);
    },
  );

  test("in place of a file, and into the backup itself", async () => {
    await writeFile(dataDir, "");
    await expect(restore({ from: backup, dataDir })).rejects.toMatchObject({ code: "conflict" });
    await expect(restore({ from: backup, dataDir: join(backup, "new") })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("inside"),
    });
  });

  const change = (name: string, text: string) => writeFile(join(backup, name), text);
  test.each<[string, RegExp, () => Promise<unknown>]>([
    ["that is not there", /nothing of this name/, () => rm(backup, { recursive: true })],
    ["without its list", /no backup\.json/, () => rm(join(backup, "backup.json"))],
    ["with half a list", /cannot be read/, () => truncate(join(backup, "backup.json"), 40)],
    ["of a later format", /cannot be read/, () => change("backup.json", '{"format":2}')],
    ["that was interrupted", /interrupted/, () => change("unfinished-backup", "")],
    ["without a database", /jimeng\.db is missing/, () => rm(join(backup, "simulator/jimeng.db"))],
    [
      "with half a database",
      /jimeng\.db is missing or damaged/,
      () => truncate(join(backup, "jimeng.db"), 8192),
    ],
    [
      "with a damaged database",
      /jimeng\.db is damaged/,
      async () => {
        const file = await open(join(backup, "jimeng.db"), "r+");
        await file.write(Buffer.alloc(8192, 7), 0, 8192, 4096);
        await file.close();
      },
    ],
    [
      "without the simulated upstream",
      /simulator\.db is missing/,
      () => rm(join(backup, "simulator/upstream/simulator.db")),
    ],
    ["without its secret key", /secret\.key is missing/, () => rm(join(backup, "secret.key"))],
    [
      "without one of its files",
      /files below .*assets/,
      () => rm(join(backup, "assets/4f/asset_4f.png")),
    ],
    [
      "with a file cut short",
      /files below/,
      () => truncate(join(backup, "simulator/files/ab/abcd"), 3),
    ],
    ["with a file too many", /files below/, () => change("files/ab/other", "")],
  ])("from a backup %s, and leaves nothing", async (_, message, damage) => {
    await damage();
    await expect(restore({ from: backup, dataDir })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(message),
      detail: { param: "from" },
    });
    expect(existsSync(dataDir)).toBe(false);
    expect(existsSync(`${dataDir}.partial`)).toBe(false);
  });

  test("from a list that leads out of the backup", async () => {
    const list = JSON.parse(await readFile(join(backup, "backup.json"), "utf8")) as {
      parts: { small_files: Record<string, number> }[];
    };
    await writeFile(join(folder, "stranger"), "12345");
    list.parts[0]!.small_files = { "../stranger": 5 };
    await change("backup.json", JSON.stringify(list));
    await expect(restore({ from: backup, dataDir })).rejects.toThrow(/lies outside/);
  });

  test("from a copy of the jobs alone", async () => {
    const alone = join(folder, "alone.db");
    await backUp({ dataDir: live, to: alone });
    await expect(restore({ from: alone, dataDir })).rejects.toThrow(/copy of the jobs alone/);
  });
});

describe("what an interrupted backup or restore left", () => {
  test("is no data folder to start on", async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, "unfinished-backup"), "");
    await expect(makeDataFolder(dataDir)).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("interrupted"),
    });
  });

  test("is replaced by the next one; a folder of that name which is none is kept", async () => {
    const partial = `${dataDir}.partial`;
    await mkdir(partial);
    await writeFile(join(partial, "mine"), "");
    await expect(restore({ from: backup, dataDir })).rejects.toMatchObject({ code: "conflict" });
    expect(await readdir(partial)).toEqual(["mine"]);
    await writeFile(join(partial, "unfinished-backup"), "");
    await restore({ from: backup, dataDir });
    expect(existsSync(partial)).toBe(false);
  });
});
