// Tests `jimeng batch` and `jimeng image --batch` with the real command, a running gateway and the simulator.

import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { startServicesForTests } from "../testing/services.ts";

const services = await startServicesForTests();
const run = (...words: string[]) => services.place.run(words);
const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const write = (name: string, text: string) =>
  writeFile(path.join(services.place.folder, name), text);

test("jimeng batch saves what each line makes, and tells which lines were refused", async () => {
  const picture = (prompt: string) => JSON.stringify({ kind: "image", prompt, count: 1 });
  await write("lines.jsonl", [picture("one"), "{broken", picture("three")].join("\n"));
  const refused = await run("batch", "lines.jsonl");
  expect(refused.code, refused.stderr).toBe(2);
  expect(refused.stderr).toContain("confirm");
  const { code, stdout, stderr } = await run(
    ..."batch lines.jsonl --confirm --output made".split(" "),
  );
  expect(code, stderr).toBe(9);
  expect(stderr).toContain("line 2 was refused");
  expect(stderr).toContain("2 of 3 lines completed");
  expect(lines(stdout)).toEqual([
    expect.stringMatching(/^\.\/made\/one-job_.*\.png$/),
    expect.stringMatching(/^\.\/made\/three-job_.*\.png$/),
  ]);
  const [, id = ""] = /batch (batch_[\w-]+), 3 lines/.exec(stderr) ?? [];
  const again = await run("batch", "--id", id, "--output", "again", "--json");
  expect(
    lines(again.stdout).map((line) => (JSON.parse(line) as { status: string }).status),
  ).toEqual(["completed", "failed", "completed"]);
  expect(await readdir(path.join(services.place.folder, "again"))).toHaveLength(2);
});

test("jimeng image --batch makes a picture of each prompt with the options of the command", async () => {
  await write(
    "prompts.txt",
    '一只猫\n\n{"prompt": "a dog", "ratio": "16:9", "custom_id": "dog"}\n',
  );
  const { code, stdout, stderr } = await run(
    ..."image --batch prompts.txt --resolution 1k --confirm --output pictures --json".split(" "),
  );
  expect(code, stderr).toBe(0);
  expect(lines(stdout).map((line) => JSON.parse(line) as object)).toMatchObject([
    { line: 1, jobs: [{ request: { prompt: "一只猫", resolution: "1k" } }] },
    { line: 3, custom_id: "dog", jobs: [{ request: { prompt: "a dog" } }] },
  ]);
  expect((await run("image")).code).toBe(2);
});
