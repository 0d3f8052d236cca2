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

  test("have a coverage table without an empty cell, each row that is built with a test", () => {
    const { text } = pages.find(({ name }) => name === "README.md")!;
    const start = text.indexOf("| endpoint | mode |");
    const rows = text.slice(start).split("\n\n")[0]!.split("\n").slice(2);
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) {
      const cells = row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      expect(cells, row).toHaveLength(8);
      expect(
        cells.filter((cell) => cell === "" || cell === "-" || cell === "–"),
        row,
      ).toEqual([]);
      const covered = cells.at(-1)!;
      expect(covered, row).toMatch(/\.test\.ts|^not built yet$|^page only$/);
      if (covered === "not built yet") expect(cells.slice(2, 7).join(), row).not.toMatch(/yes/);
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
