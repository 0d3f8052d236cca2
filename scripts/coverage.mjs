// `npm run coverage`: the unit tests with V8's coverage, then one line per package. Judges no figure.
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root, run } from "./steps.mjs";

const status = run("tests with coverage", "vitest", [
  "run",
  "--project=all",
  "packages/",
  "--coverage",
  "--coverage.reportOnFailure",
  "--coverage.include=packages/*/src/**/*.ts",
  "--coverage.exclude=**/*.test.ts",
  "--coverage.reporter=html",
  "--coverage.reporter=json-summary",
]);

const { total: _total, ...files } = JSON.parse(
  readFileSync(join(root, "coverage", "coverage-summary.json"), "utf8"),
);
const packages = new Map();
for (const [file, { lines, branches }] of Object.entries(files)) {
  const name = relative(root, file).split(sep)[1];
  const sum = packages.get(name) ?? { lines: [0, 0], branches: [0, 0] };
  for (const [kind, { covered, total }] of Object.entries({ lines, branches })) {
    sum[kind][0] += covered;
    sum[kind][1] += total;
  }
  packages.set(name, sum);
}
const percent = ([covered, total]) => `${((100 * covered) / Math.max(1, total)).toFixed(1)} %`;
for (const [name, { lines, branches }] of packages) {
  process.stdout.write(`${name}: lines ${percent(lines)}, branches ${percent(branches)}\n`);
}
process.stdout.write("Line by line: coverage/index.html\n");
process.exit(status);
