// Tests that results are saved under telling names and that nothing is overwritten.

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { friendlyPath, prepareFolder, saveFile } from "./files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = (changes: { bytes?: number; isUnique?: boolean } = {}) => ({
  folder,
  name: "a-1.png",
  bytes: 3,
  isUnique: true,
  ...changes,
});
const bytes = (text: string) => () => Promise.resolve(Readable.from([Buffer.from(text)]));

describe("saving results", () => {
  test("writes the bytes under the name and gives the path", async () => {
    const saved = await saveFile(file(), bytes("abc"));
    expect(saved).toBe(path.join(folder, "a-1.png"));
    expect(await readFile(saved, "utf8")).toBe("abc");
  });

  test("keeps another file of that name and chooses a new one", async () => {
    await writeFile(path.join(folder, "a-1.png"), "something else");
    const saved = await saveFile(file(), bytes("abc"));
    expect(path.basename(saved)).toBe("a-1-2.png");
    expect(await readFile(path.join(folder, "a-1.png"), "utf8")).toBe("something else");
  });

  test("does not fetch a result again that was saved before", async () => {
    await saveFile(file(), bytes("abc"));
    const saved = await saveFile(file(), () => Promise.reject(new Error("fetched")));
    expect(path.basename(saved)).toBe("a-1.png");
  });

  test("chooses a new name where the name does not say which result it is", async () => {
    await saveFile(file(), bytes("abc"));
    const saved = await saveFile(file({ isUnique: false }), bytes("xyz"));
    expect(path.basename(saved)).toBe("a-1-2.png");
  });

  test("leaves nothing behind when the bytes stop coming", async () => {
    const broken = () =>
      Promise.resolve(
        new Readable({
          read() {
            this.destroy(new Error("cut"));
          },
        }),
      );
    await expect(saveFile(file(), broken)).rejects.toThrow("cut");
    expect(await readdir(folder)).toEqual([]);
  });

  test("gives several savers of one name a file each", async () => {
    const saved = await Promise.all(
      ["abc", "defg", "hijkl"].map((text) => saveFile(file({ bytes: -1 }), bytes(text))),
    );
    expect(new Set(saved).size).toBe(3);
  });
});

describe("names", () => {
  test("are shown relative below the current folder only", () => {
    expect(friendlyPath("/home/me/a.png", "/home/me")).toBe("./a.png");
    expect(friendlyPath("/home/you/a.png", "/home/me")).toBe("/home/you/a.png");
  });
});

describe("the folder for results", () => {
  test("is made when it is missing", async () => {
    await prepareFolder(path.join(folder, "new", "deep"));
    expect(await readdir(path.join(folder, "new"))).toEqual(["deep"]);
  });

  test("that cannot be made is an argument error that says nothing was started", async () => {
    await writeFile(path.join(folder, "file"), "");
    await expect(prepareFolder(path.join(folder, "file", "below"))).rejects.toMatchObject({
      failure: { code: "invalid_request", param: "--output", exitCode: 2 },
    });
  });
});
