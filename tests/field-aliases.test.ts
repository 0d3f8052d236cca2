// The page about the HTTP API shows every name of the table of aliases.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./source-tree.ts";

test("docs/http-api.md lists every alias of a field", () => {
  const source = readFileSync(join(root, "packages/gateway/src/shapes/field-aliases.ts"), "utf8");
  const table = source.slice(source.indexOf("const commonAliases"), source.indexOf("const lookup"));
  const names = [...table.matchAll(/"([a-z0-9_]+)"/g)].map(([, name]) => name!);
  const page = readFileSync(join(root, "docs/http-api.md"), "utf8");
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
