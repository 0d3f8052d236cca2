// Docs/upstream tells the truth: the Chinese guide's commands run against the simulator, every file the pages name
// exists, and the coverage table has no empty cell.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSimulator } from "@jimeng/simulator";
import { describe, expect, test } from "vitest";
import { root, scratchFolder } from "./e2e/processes.ts";

const folder = join(root, "docs/upstream");
const pages = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** The words of a region's cell, each with the mark and the source of its evidence. */
const regionCell =
  /^(yes|experimental|not built yet|page only|no wire|not called|`model_unavailable`)(; `-6`)?( \[[A-Z]\]( \w+)?)?$/;
/** What a row may say instead of its tests: no code of ours makes the call. */
const reasonsWithoutTest = new Set(["not built yet", "page only", "no wire"]);

/** The rows of the table endpoint × mode × region × test. */
const coverage = readCoverage();

function readCoverage(): Array<{ name: string; regions: string[]; tests: string }> {
  const { text } = pages.find(({ name }) => name === "README.md")!;
  const table = text.slice(text.indexOf("| endpoint | mode |")).split("\n\n")[0]!;
  return table
    .split("\n")
    .slice(2)
    .map((row) => {
      const cells = row.split("|").slice(1, -1);
      if (cells.length !== 8) throw new Error(`The row has not eight cells: ${row}`);
      const [endpoint = "", mode = "", ...rest] = cells.map((cell) => cell.trim());
      if (endpoint === "" || mode === "") throw new Error(`The row has an empty cell: ${row}`);
      return { name: `${endpoint}, ${mode}`, regions: rest.slice(0, -1), tests: rest.at(-1)! };
    });
}

describe("the pages about the upstream", () => {
  test("name only files that exist", () => {
    const missing = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/`((?:packages|tests|docs)\/[^` ]+\.\w+)`/g)]
        .map((match) => match[1]!)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${name}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test("link only to pages and headings that exist", () => {
    const broken = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\(([^)#\s]*)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => target !== "" && !/^https?:/.test(target))
        .filter((target) => !existsSync(join(folder, target)))
        .map((target) => `${name}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("have a coverage table without an empty cell, whose cells say a known word with its mark", () => {
    expect(coverage.length).toBeGreaterThan(50);
    const odd = coverage.flatMap(({ name, regions }) =>
      regions.filter((cell) => !regionCell.test(cell)).map((cell) => `${name}: ${cell}`),
    );
    expect(odd).toEqual([]);
  });

  test("have a coverage table whose every row names existing tests, or why there is none", () => {
    for (const { name, regions, tests } of coverage) {
      if (reasonsWithoutTest.has(tests)) {
        expect(regions.join(), name).not.toMatch(/yes|experimental/);
        continue;
      }
      const paths = tests.split(", ");
      for (const path of paths) {
        expect(path, name).toMatch(/^`(packages|tests)\/\S+\.test\.ts`$/);
        expect(existsSync(join(root, path.slice(1, -1))), `${name}: ${path}`).toBe(true);
      }
      expect(new Set(paths).size, name).toBe(paths.length);
    }
  });

  test("in Chinese: every command of the guide runs against the simulator, and none is refused", async () => {
    const { text } = pages.find(({ name }) => name === "README.zh-CN.md")!;
    const blocks = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map((match) => match[1]!);
    expect(blocks.length).toBeGreaterThan(8);
    const simulator = await createSimulator({ media: "blank" });
    const here = scratchFolder();
    try {
      const script = blocks.join("\n").replaceAll("http://127.0.0.1:5200", simulator.url);
      const result = await run(`set -eo pipefail\n${script}`, here.path);
      expect(result.code, result.output).toBe(0);
      const requests = simulator.requests();
      expect(new Set(requests.map(({ endpoint }) => endpoint)).size).toBeGreaterThanOrEqual(9);
      expect(requests.filter(({ accepted }) => !accepted)).toEqual([]);
    } finally {
      await simulator.close();
      here.remove();
    }
  }, 60_000);
});

function run(script: string, cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", script], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("close", (code) => resolve({ code, output }));
  });
}
