// The first picture of a stranger, from a fresh clone: `npm start`, the page, and at most three presses.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openChromium } from "../clients/chromium.ts";
import { root, scratchFolder, until } from "../e2e/processes.ts";
import { canRun } from "./harness.ts";

const example = "A lighthouse on a cliff in a storm, oil painting";
const startMs = 120_000;
// A clone has what is committed; what is installed here is copied into it, so that nothing is fetched.
const canClone = canRun && process.platform === "linux" && existsSync(join(root, ".git"));

test.skipIf(!canClone)(
  "npm start in a fresh clone leads to a picture in at most three presses",
  async () => {
    const scratch = scratchFolder();
    const clone = join(scratch.path, "clone");
    const run = (command: string, words: string[]): void => {
      const { status, stderr } = spawnSync(command, words, { encoding: "utf8" });
      expect(status, stderr).toBe(0);
    };
    run("git", ["clone", "--quiet", "--depth", "1", `file://${root}`, clone]);
    for (const folder of ["", "packages/cli", "packages/mcp"]) {
      const installed = join(root, folder, "node_modules");
      if (existsSync(installed)) run("cp", ["-a", installed, join(clone, folder)]);
    }
    const data = join(scratch.path, "data");
    const environment = Object.entries(process.env).filter(
      ([name]) => !/^(JIMENG_|npm_)/.test(name),
    );
    const started = spawn("npm", ["start"], {
      cwd: clone,
      detached: true,
      stdio: "ignore",
      env: { ...Object.fromEntries(environment), JIMENG_DATA_DIR: data, PORT: "0" },
    });
    const { browser, close } = await openChromium();
    try {
      const file = join(data, "simulator/gateway.json");
      const url = await until(
        "npm start",
        () =>
          existsSync(file)
            ? (JSON.parse(readFileSync(file, "utf8")) as { url: string }).url
            : undefined,
        startMs,
      );
      const page = await browser.newPage();
      await page.goto(url);
      await page.getByRole("button", { name: example, exact: true }).click();
      await page.getByRole("button", { name: "Make", exact: true }).click();
      await page
        .getByRole("link", { name: `Open: ${example}` })
        .nth(3)
        .waitFor();
    } finally {
      await close();
      if (started.pid !== undefined) process.kill(-started.pid, "SIGTERM");
      await new Promise((resolve) => started.once("close", resolve));
      scratch.remove();
    }
  },
  2 * startMs,
);
