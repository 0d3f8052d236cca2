// Running the named steps of check and test, one after the other, and saying which failed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { delimiter, join } from "node:path";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The steps of `npm run check`: types, lint, format, unused code, boundaries. */
export const checkSteps = [
  ["types", "tsc", ["-p", "tsconfig.json", "--noEmit"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings", "."]],
  ["format", "oxfmt", ["--check"]],
  ["unused", "knip", ["--no-config-hints"]],
  ["boundaries", "vitest", ["run", "tests/boundaries.test.ts", "--reporter=dot"]],
];

/** Runs one step with the workspace's own binaries first on the path; gives its exit code. */
export function run(name, command, commandArguments, { quiet = false } = {}) {
  const startedAt = performance.now();
  process.stdout.write(`\n== ${name}\n`);
  const result = spawnSync(command, commandArguments, {
    cwd: root,
    stdio: quiet ? ["ignore", "ignore", "inherit"] : ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
    },
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const status = result.status ?? 1;
  process.stdout.write(`== ${name}: ${status === 0 ? "ok" : "FAILED"} in ${seconds} s\n`);
  return status;
}
