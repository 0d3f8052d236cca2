// Tests that results are saved under telling names and that nothing is overwritten.

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fileName, friendlyPath, prepareFolder, saveAsset } from "./files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const asset = { content_type: "image/png", bytes: 3 };
const bytes = (text: string) => () => Promise.resolve(Readable.from([Buffer.from(text)]));

describe("saving results", () => {
  test("writes the bytes under the name and gives the path", async () => {
    const saved = await saveAsset(folder, "a-1.png", asset, bytes("abc"));
    expect(saved).toBe(path.join(folder, "a-1.png"));
    expect(await readFile(saved, "utf8")).toBe("abc");
  });

  test("keeps another file of that name and chooses a new one", async () => {
    await writeFile(path.join(folder, "a-1.png"), "something else");
    const saved = await saveAsset(folder, "a-1.png", asset, bytes("abc"));
    expect(path.basename(saved)).toBe("a-1-2.png");
    expect(await readFile(path.join(folder, "a-1.png"), "utf8")).toBe("something else");
  });

  test("does not fetch a result again that was saved before", async () => {
    await saveAsset(folder, "a-1.png", asset, bytes("abc"));
    const saved = await saveAsset(folder, "a-1.png", asset, () =>
      Promise.reject(new Error("fetched")),
    );
    expect(path.basename(saved)).toBe("a-1.png");
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
    await expect(saveAsset(folder, "a-1.png", asset, broken)).rejects.toThrow("cut");
    expect(await readdir(folder)).toEqual([]);
  });

  test("gives several savers of one name a file each", async () => {
    const saved = await Promise.all(
      ["abc", "defg", "hijkl"].map((text) =>
        saveAsset(folder, "a-1.png", { ...asset, bytes: -1 }, bytes(text)),
      ),
    );
    expect(new Set(saved).size).toBe(3);
  });
});

describe("names", () => {
  test("carry the job, the position and the type", () => {
    expect(fileName("job_0199", 1, "image/png")).toBe("jimeng-job_0199-1.png");
    expect(fileName("job_0199", 2, "image/jpeg; q=1")).toBe("jimeng-job_0199-2.jpg");
    expect(fileName("job_0199", 1, "video/mp4")).toBe("jimeng-job_0199-1.mp4");
  });

  test("stay inside the folder whatever a server says", () => {
    expect(fileName("../../etc/passwd", 1, "text/x-sh")).toBe("jimeng-______etc_passwd-1.bin");
  });

  test("are shown relative below the current folder only", () => {
    expect(friendlyPath("/home/me/a.png", "/home/me")).toBe("./a.png");
    expect(friendlyPath("/home/you/a.png", "/home/me")).toBe("/home/you/a.png");
  });
});

describe("the folder for results", () => {
  test("is made when it is missing", async () => {
    expect(await prepareFolder(path.join(folder, "new", "deep"))).toBe(
      path.join(folder, "new", "deep"),
    );
  });

  test("that cannot be made is an argument error that says nothing was started", async () => {
    await writeFile(path.join(folder, "file"), "");
    await expect(prepareFolder(path.join(folder, "file", "below"))).rejects.toMatchObject({
      failure: { code: "invalid_request", param: "--out", exitCode: 2 },
    });
  });
});
