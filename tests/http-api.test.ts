// The page about the HTTP API has every error code with its status, and every route.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "@jimeng/gateway/api";
import { expect, test } from "vitest";
import { readFiles, root } from "./source-tree.ts";

const page = readFileSync(join(root, "docs/http-api.md"), "utf8");

test("docs/http-api.md has every error code with the status of the table", () => {
  const rows = Object.entries(errorTable).map(
    ([code, { status }]) => `| \`${code}\` | ${status} |`,
  );
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});

test("docs/http-api.md names every route", () => {
  const routes = readFiles(/\.ts$/, "packages/gateway/src/http/routes")
    .filter(({ path }) => !path.includes(".test."))
    .flatMap(({ text }) => [...text.matchAll(/app\.(get|post|patch|delete)\(\s*"([^"]+)"/g)])
    .map(([, , url = ""]) => url.replaceAll(/:(\w+)/g, "{$1}"));
  expect(routes.length).toBeGreaterThan(30);
  const named = page.slice(page.indexOf("## Routes"), page.indexOf("## Who may call"));
  expect(routes.filter((url) => !named.includes(url))).toEqual([]);
});
