// The page of walls names for each a test that exists, and both languages have the same rows.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./e2e/processes.ts";

const row = /^\|.*\| `([^`]+\.test\.ts)`(?:: |：)(.+) \|$/gm;

function rowsOf(page: string): { file: string; title: string }[] {
  const text = readFileSync(join(root, "docs", page), "utf8");
  return [...text.matchAll(row)].map(([, file = "", title = ""]) => ({ file, title }));
}

const rows = rowsOf("security.md");

test("both languages name the same tests, one for each row", () => {
  const text = readFileSync(join(root, "docs/security.md"), "utf8");
  const bodyRows = text.split("\n").filter((line) => line.startsWith("| ")).length - 1;
  expect(rows).toHaveLength(bodyRows);
  expect(rows.length).toBeGreaterThan(25);
  expect(rowsOf("security.zh-CN.md")).toEqual(rows);
});

test.each(rows)("$file has the test: $title", ({ file, title }) => {
  const source = readFileSync(join(root, file), "utf8");
  expect(source).toContain(`"${title}"`);
});
