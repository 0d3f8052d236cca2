// The blocks of the pages for users run as they stand: TypeScript and shell here, Python in openai-python.long.test.ts.
import { spawn } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openScene, type Scene } from "../death-table/scene.ts";
import { root, scratchFolder } from "../e2e/processes.ts";
import { testIntegrations } from "./integrations.ts";

const readmes = ["README.md", "README.zh-CN.md"];
const pages = [
  ...readmes,
  "docs/clients.md",
  "docs/clients.zh-CN.md",
  "docs/ai-sdk.md",
  "docs/ai-sdk.zh-CN.md",
];

// The Chinese pages have the same blocks with Chinese prompts: each is run once.
const translations: readonly (readonly [string, string])[] = [
  ["灯塔", "a lighthouse"],
  ["改成夜晚", "make it night"],
];

function inEnglish(block: string): string {
  return translations.reduce(
    (text, [chinese, english]) => text.replaceAll(chinese, english),
    block,
  );
}

/** Lists the different blocks of a language in the pages. */
function blocksOf(language: string, names: readonly string[] = pages): string[] {
  const pattern = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g");
  const texts = names.map((name) => readFileSync(join(root, name), "utf8"));
  return [
    ...new Set(
      texts.flatMap((text) =>
        [...text.matchAll(pattern)].map(([, block = ""]) => inEnglish(block)),
      ),
    ),
  ];
}

// The provider for the AI SDK is run from its sources.
const sources = pathToFileURL(join(root, "scripts/workspace-sources.mjs")).href;
const programs = blocksOf("ts");
// The READMEs' own are run by tests/readme.test.ts.
const commands = blocksOf("sh", pages.slice(readmes.length));

describe("the blocks of the pages", () => {
  const here = scratchFolder();
  let scene: Scene;
  let base: string;
  beforeAll(async () => {
    scene = await openScene("sqlite", "");
    base = (await scene.gateway()).url;
    symlinkSync(join(root, "node_modules"), join(here.path, "node_modules"));
    writeFileSync(join(here.path, "package.json"), '{ "type": "module" }');
    expect(programs).toHaveLength(7);
    expect(commands).toHaveLength(1);
  });
  afterAll(async () => {
    await scene?.remove();
    here.remove();
  });

  const titled = (blocks: string[]) =>
    blocks.map((block, index) => ({ block, index, title: block.split("\n")[0]?.slice(0, 60) }));

  function run(
    command: string,
    ...words: string[]
  ): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve) => {
      const child = spawn(command, words, { cwd: here.path });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("close", (code) => resolve({ code, output }));
    });
  }

  const here5100 = (block: string) => block.replaceAll("http://127.0.0.1:5100", base);

  test("of TypeScript run, and each says where its picture is or of what type", async () => {
    // One process for all of them: most of the time of each is the loading of its packages.
    const runner = programs.map((block, index) => {
      writeFileSync(join(here.path, `program-${index}.ts`), here5100(block));
      return `console.log("== ${index}"); await import("./program-${index}.ts");`;
    });
    writeFileSync(join(here.path, "all.ts"), `${runner.join("\n")}\nexport {};\n`);
    const { code, output } = await run(process.execPath, "--import", sources, "all.ts");
    expect(code, output).toBe(0);
    const told = output.split(/^== \d+$/m).slice(1);
    expect(told).toHaveLength(programs.length);
    for (const lines of told) expect(lines).toMatch(/\/v1\/assets\/|image\/\w+/);
  }, 60_000);

  test.concurrent.each(titled(commands))(
    "$index: $title",
    async ({ block }) => {
      const { code, output } = await run("sh", "-c", here5100(block));
      expect(code, output).toBe(0);
      expect(output).toContain("/v1/assets/");
    },
    60_000,
  );

  describe("and the files of examples/integrations", () => testIntegrations(() => base));

  test("of LiteLLM are configurations that name a model of the gateway", async () => {
    const { data: models } = (await (await fetch(`${base}/v1/models`)).json()) as {
      data: { id: string }[];
    };
    const known = models.map(({ id }) => `openai/${id}`);
    for (const block of blocksOf("yaml")) {
      const { model_list: list } = parse(block) as {
        model_list: { litellm_params: { model: string } }[];
      };
      for (const { litellm_params: each } of list) expect(known).toContain(each.model);
    }
  });
});
