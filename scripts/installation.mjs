// Compares what the lockfile wants here with what npm wrote down that it installed. Runs on any Node from 18.
import { existsSync, readFileSync } from "node:fs";

/** Reads the packages of a lockfile by path; empty where the file is absent. */
export function readPackages(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).packages ?? {}) : {};
}

/** Returns this machine's platform in npm's words; `libc` is absent off Linux. */
export function currentPlatform() {
  const { platform: os, arch: cpu } = process;
  if (os !== "linux") return { os, cpu };
  // Otherwise the report looks up the names of all network peers.
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return { os, cpu, libc: glibcVersionRuntime === undefined ? "musl" : "glibc" };
}

/** Tells whether npm installs a locked package on a platform. */
export function runsOn({ os, cpu, libc }, platform) {
  return allows(os, platform.os) && allows(cpu, platform.cpu) && allows(libc, platform.libc);
}

function allows(field, value) {
  const words = field === undefined ? [] : [field].flat();
  const wanted = words.filter((word) => !word.startsWith("!"));
  return !words.includes(`!${value}`) && (wanted.length === 0 || wanted.includes(value));
}

/**
 * Lists the paths of the packages that are not installed as locked. With `isRunOnly` only what the jimeng command
 * needs counts, else everything. A binary for another platform never counts.
 */
export function findMissing(locked, installed, { isRunOnly, platform }) {
  const links = Object.keys(locked).filter((path) => locked[path].link);
  const waiting = ["", ...(isRunOnly ? ["node_modules/jimeng"] : links)];
  // Our own folders are there without npm.
  return walk(locked, waiting, { isRunOnly, platform }).filter(
    (path) => path.includes("node_modules/") && !isSame(locked[path] ?? {}, installed[path]),
  );
}

/** Lists the paths of these packages and of all that they need, for every platform. */
export function findNeeded(locked, paths) {
  return walk(locked, paths, { isRunOnly: true, platform: undefined });
}

/** Lists packages and what they need, each once. */
function walk(locked, paths, { isRunOnly, platform }) {
  const seen = new Set(paths);
  for (const path of seen) {
    const entry = locked[path] ?? {};
    if (entry.link) seen.add(entry.resolved);
    for (const name of namesOfDependencies(entry, isRunOnly)) {
      const found = findDependency(locked, path, name);
      if (found === undefined) continue;
      if (platform === undefined || runsOn(locked[found], platform)) seen.add(found);
    }
  }
  return [...seen];
}

function isSame(entry, other) {
  return (
    other !== undefined &&
    other.integrity === entry.integrity &&
    (entry.link ? other.resolved === entry.resolved : other.version === entry.version)
  );
}

function namesOfDependencies(entry, isRunOnly) {
  const peers = Object.keys(entry.peerDependencies ?? {});
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...peers.filter((name) => entry.peerDependenciesMeta?.[name]?.optional !== true),
    ...(isRunOnly ? [] : Object.keys(entry.devDependencies ?? {})),
  ];
}

/** Finds what a package gets for a name: the nearest node_modules on the way up, as Node does. */
function findDependency(locked, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (locked[path] !== undefined) return path;
    if (folder === "") return undefined;
  }
}
