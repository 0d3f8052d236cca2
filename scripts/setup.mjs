// Installs what is needed, only when needed: called before start, test, check and bench. With --run-only it installs
// what the jimeng command needs and leaves out what only tests and builds use; --progress-ms=… is for tests. Runs on
// any Node from 18.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { currentPlatform, findMissing, readPackages, runsOn } from "./installation.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
const isWindows = process.platform === "win32";
const nodeLink = join(binaries, isWindows ? "node.cmd" : "node");
// npm itself writes down here what it installed, whoever called it.
const installedFile = join(root, "node_modules", ".package-lock.json");
const platform = currentPlatform();
const locked = readPackages(join(root, "package-lock.json"));
const installed = readPackages(installedFile);
const nodePackages = Object.keys(locked[""].optionalDependencies ?? {}).map(
  (name) => `node_modules/${name}`,
);
const progressMs = Number(valueOf("--progress-ms") ?? 5000);
const isRunOnly = process.argv.includes("--run-only");

requireNode(nodePackages.some((path) => runsOn(locked[path] ?? {}, platform)));
linkNode();
if (findMissing(locked, installed, { isRunOnly, platform }).length > 0) {
  process.stderr.write(
    "jimeng: installing dependencies from the lockfile (once; half a minute to a few minutes)…\n",
  );
  // npm leaves out the binaries that refuse the Node it runs on: the Node that it shall run on comes first.
  if (!isRunOnly && isTooOld() && !existsSync(nodeLink)) await install(true);
  // An update for npm start removes nothing that tests need.
  await install(isRunOnly && !Object.values(installed).some(({ dev }) => dev));
}
requireNode(existsSync(nodeLink));

function valueOf(option) {
  return process.argv.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}

/** Tells whether the Node that runs this is older than the jimeng command takes. */
function isTooOld() {
  const [oldestMajor, oldestMinor] = oldestNode().split(".").map(Number);
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

function oldestNode() {
  return locked["packages/cli"].engines.node.replace(">=", "");
}

/** Ends the run with one line where neither npm nor the machine has a Node that is new enough. */
function requireNode(hasNodeFromNpm) {
  if (hasNodeFromNpm || !isTooOld()) return;
  process.stderr.write(
    `jimeng: Node ${oldestNode()} or newer is needed, this is ${process.version}, and npm has none that runs on ` +
      `${Object.values(platform).join(" ")}. Install Node 24, then run this again.\n`,
  );
  process.exit(1);
}

async function install(runOnly) {
  // `npm ci` empties node_modules first. On an update that would take away the Node that runs this very script, and
  // files that a running gateway has yet to load.
  const command = existsSync(installedFile) ? ["install", "--no-save"] : ["ci"];
  const scope = runOnly ? ["--omit=dev", "--workspace=jimeng", "--include-workspace-root"] : [];
  // The engines warnings of an old Node's npm are about itself: the application runs on another.
  const npm = spawn("npm", [...command, "--no-audit", "--no-fund", "--loglevel=error", ...scope], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: isWindows,
    env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` },
  });
  const stopTelling = tellProgress(runOnly);
  // A program that cannot be started has an error and no exit.
  const [status] = await once(npm, "exit").catch(() => [null]);
  stopTelling();
  if (status !== 0) {
    process.stderr.write(
      `jimeng: npm ${command[0]} failed; the lines above say why. Check the network and try again.\n`,
    );
    process.exit(status ?? 1);
  }
  linkNode();
}

/** Prints every few seconds how many packages are there, since npm says nothing for minutes on a slow network. */
function tellProgress(runOnly) {
  const startedAt = Date.now();
  // Our own folders are there from the beginning.
  const wanted = findMissing(locked, {}, { isRunOnly: runOnly, platform }).filter(
    (path) => !locked[path].link,
  );
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const count = wanted.filter((path) => existsSync(join(root, path, "package.json"))).length;
    process.stderr.write(
      `jimeng: still installing, ${seconds} s, ${count} of ${wanted.length} packages are there\n`,
    );
  }, progressMs);
  return () => clearInterval(timer);
}

/**
 * Puts the Node from npm on the path of scripts where it runs, and takes it away where it does not. This is not left
 * to npm: npm 10 removes the link when it leaves out the packages of other platforms, whose link has the same name,
 * and every npm makes the link where the binary does not run, e.g. with a C library that is too old.
 */
function linkNode() {
  for (const path of nodePackages) {
    const file = join(root, path, locked[path].bin.node);
    // Whoever runs on it needs no check.
    if (!existsSync(file) || realpathSync(file) === realpathSync(process.execPath)) continue;
    const isUsable = spawnSync(file, ["--version"]).status === 0;
    if (isUsable === existsSync(nodeLink)) continue;
    for (const ending of ["", ".cmd", ".ps1"])
      rmSync(join(binaries, `node${ending}`), { force: true });
    if (!isUsable) continue;
    mkdirSync(binaries, { recursive: true });
    const target = relative(binaries, file);
    if (isWindows) writeFileSync(nodeLink, `@"%~dp0\\${target}" %*\r\n`);
    else symlinkSync(target, nodeLink);
  }
}
