// Tests where results go and what they are called.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { isUniqueName, nameResult, readOutput } from "./output-place.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-output-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const usual = "{prompt}-{job}-{index}.{ext}";
const result = {
  prompt: "一只猫",
  jobId: "job_0199",
  model: "jimeng-4.0",
  createdAt: 0,
  index: 1,
  contentType: "image/png",
};
const named = (pattern: string, changes: Partial<typeof result> = {}) =>
  nameResult(pattern, { ...result, ...changes });

describe("the place", () => {
  test.each([
    [undefined, ".", usual],
    ["pictures", "pictures", usual],
    ["pictures/deep/", "pictures/deep", usual],
    [".", ".", usual],
    ["cat.png", ".", "cat.png"],
    ["a/b/cat.MP4", "a/b", "cat.MP4"],
    ["{job}.{ext}", ".", "{job}.{ext}"],
    ["a/{prompt}/{index}.{ext}", "a", "{prompt}/{index}.{ext}"],
    ["/abs/{job}", "/abs", "{job}"],
    ["version.2", "version.2", usual],
  ])("of %s is a folder and a pattern", (word, where, pattern) => {
    expect(readOutput(word, folder)).toEqual({ folder: path.resolve(folder, where), pattern });
  });

  test("is refused with a placeholder that is none", () => {
    expect(() => readOutput("{seed}.png", folder)).toThrow("{seed} is no part of a file's name");
  });

  test("is outside the clone when the command is used in it", () => {
    const clone = fileURLToPath(new URL("../../../..", import.meta.url));
    for (const current of [clone, path.join(clone, "packages")]) {
      expect(path.relative(clone, readOutput(undefined, current).folder)).toMatch(/^\.\./);
    }
    expect(readOutput("here", clone).folder).toBe(path.join(clone, "here"));
  });
});

describe("a name", () => {
  test("carries the prompt, the job, the position and the type", () => {
    expect(named(usual)).toBe("一只猫-job_0199-1.png");
    expect(named(usual, { index: 2, contentType: "image/jpeg; q=1" })).toBe(
      "一只猫-job_0199-2.jpg",
    );
    expect(named(usual, { contentType: "video/mp4" })).toBe("一只猫-job_0199-1.mp4");
  });

  test("has the ending of what the file is", () => {
    expect(named("cat.png", { contentType: "image/webp" })).toBe("cat.webp");
    expect(named("cat.jpeg", { contentType: "image/jpeg" })).toBe("cat.jpeg");
    expect(named("{job}")).toBe("job_0199.png");
    expect(named("v1.5-{index}")).toBe("v1.5-1.png");
  });

  test("carries the model and the time where it is asked to", () => {
    const at = new Date(2026, 10, 29, 8, 5, 9).getTime() / 1000;
    expect(named("{date}/{time}-{model}.{ext}", { createdAt: at })).toBe(
      "2026-11-29/080509-jimeng-4.0.png",
    );
    expect(named("{model}/{index}", { model: "../..//etc" })).toBe("_____etc/1.png");
  });

  test("stays inside the folder whatever a prompt or a server says", () => {
    expect(named(usual, { jobId: "../../etc/passwd", contentType: "text/x-sh" })).toBe(
      "一只猫-______etc_passwd-1.bin",
    );
    expect(named(usual, { prompt: '../../a/b\\c:*?"<>|\n\u202e' })).toBe("a-b-c-job_0199-1.png");
    expect(named(usual, { prompt: "🐱!" })).toBe("jimeng-job_0199-1.png");
  });

  test("is short enough for every disk, and cut between characters", () => {
    const long = named(usual, { prompt: "猫𠮷".repeat(100) });
    expect(Buffer.byteLength(long)).toBeLessThan(200);
    expect(long).not.toContain("\ufffd");
  });

  test("says which result it is only with job and position", () => {
    expect(isUniqueName(usual)).toBe(true);
    expect(isUniqueName("{prompt}-{index}.{ext}")).toBe(false);
    expect(isUniqueName("{job}.{ext}")).toBe(false);
  });
});
