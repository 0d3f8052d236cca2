// "install what is needed, only when needed": called before start, test, check and bench. With --run-only it installs
// what the jimeng command needs and leaves out what only tests and builds use. Runs on any Node from 18; refuses to
// know anything of the application.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "node_modules", ".jimeng-lock-hash");
const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const everything = lockHash;
const runOnly = `${lockHash} run-only`;
const installed = existsSync(stampFile) ? readFileSync(stampFile, "utf8").trim() : "";
const wanted = process.argv.includes("--run-only") ? runOnly : everything;

if (installed !== wanted && installed !== everything) {
  process.stderr.write("jimeng: installing dependencies from the lockfile (once)…\n");
  // npm itself may be the one of an old Node: the engines warnings it prints are about itself, not about
  // the application, which runs on the Node 24 that this very step installs.
  // Not `npm ci`: it refuses a lockfile without entries for the binaries of platforms that a registry mirror does
  // not hold, although nobody here needs them. Versions and integrity come from the lockfile all the same.
  const scope =
    wanted === runOnly ? ["--omit=dev", "--workspace=jimeng", "--include-workspace-root"] : [];
  const result = spawnSync(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", ...scope],
    { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" },
  );
  if (result.status !== 0) {
    process.stderr.write(
      "jimeng: npm install failed; the lines above say why. Check the network and try again.\n",
    );
    process.exit(result.status ?? 1);
  }
  writeFileSync(stampFile, `${wanted}\n`);
}
