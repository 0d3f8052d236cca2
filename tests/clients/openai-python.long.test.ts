// The openai package for Python against the gateway: what it serves, and every Python block of the pages as it stands.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { root, scratchFolder } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";
import { findPython, packageVersion } from "./python/environment.ts";

const python = findPython();
if (python === undefined)
  tellNotRun("the openai package for Python", `no Python with openai ${packageVersion} here`);

const pages = ["README.md", "README.zh-CN.md", "docs/clients.md", "docs/clients.zh-CN.md"];
const blocks = new Set(
  pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/```python\n([\s\S]*?)```/g)].map(
      ([, block = ""]) => block,
    ),
  ),
);

const expected = `images.generate: [True, True]
images.edit: True
images.generate, streamed: ['image_generation.completed']
videos.retrieve: completed
videos.download_content: b'ftyp'
videos.list: True
videos.delete: True
chat.completions.create: True
chat.completions.create, streamed: True
files.content: True
files.delete: True
models.list: True
a refused prompt: content_policy_violation
responses.create: True
`;

describe.skipIf(python === undefined)("the openai package for Python", () => {
  const here = scratchFolder();
  let scene: Scene;
  let base: string;
  beforeAll(async () => {
    scene = await openScene("sqlite", "");
    base = (await scene.gateway()).url;
    writeFileSync(join(here.path, "picture.png"), plainPicture(0x336699));
  });
  afterAll(async () => {
    await scene?.remove();
    here.remove();
  });

  function run(...words: string[]): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve) => {
      const child = spawn(python ?? "", words, { cwd: here.path });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("close", (code) => resolve({ code, output }));
    });
  }

  test("calls every method that is served", async () => {
    const script = join(root, "tests/clients/python/every_method.py");
    const { code, output } = await run("-W", "ignore", script, `${base}/v1`, "picture.png");
    expect({ code, output }).toEqual({ code: 0, output: expected });
  }, 120_000);

  test.each([...blocks].map((block, index) => [index + 1, block]))(
    "runs block %i of the pages, which says where the picture is",
    async (_number, block) => {
      writeFileSync(
        join(here.path, "block.py"),
        `${block}`.replaceAll("http://127.0.0.1:5100", base),
      );
      const { code, output } = await run("block.py");
      expect(code, output).toBe(0);
      expect(output).toMatch(/^http\S+\/v1\/assets\/\S+$/m);
    },
    60_000,
  );
});
