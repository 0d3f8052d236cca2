// The lockfile pins what it lists, holds the binaries of every platform, and names no host.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./e2e/processes.ts";

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
  dev?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  os?: string | string[];
  cpu?: string | string[];
  libc?: string | string[];
}

interface Platform {
  os: string;
  cpu: string;
  libc?: string;
}

const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const installed = Object.entries(packages).filter(([path]) => path.includes("node_modules/"));

/** Every platform that `npm start` is promised for. */
const platforms: Platform[] = [
  { os: "linux", cpu: "x64", libc: "glibc" },
  { os: "linux", cpu: "x64", libc: "musl" },
  { os: "linux", cpu: "arm64", libc: "glibc" },
  { os: "linux", cpu: "arm64", libc: "musl" },
  { os: "darwin", cpu: "x64" },
  { os: "darwin", cpu: "arm64" },
  { os: "win32", cpu: "x64" },
];

/** Finds what a package gets for a name: the nearest node_modules on the way up, as Node does. */
function findDependency(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === "") return undefined;
  }
}

/** Lists the paths of all packages that the given ones need to run, those of every platform included. */
function listNeeded(starts: string[]): string[] {
  const needed = new Set<string>();
  const visit = (path: string): void => {
    if (needed.has(path)) return;
    needed.add(path);
    const { link, resolved = "", dependencies, optionalDependencies } = packages[path]!;
    if (link === true) visit(resolved);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = findDependency(path, name);
      if (found !== undefined) visit(found);
    }
  };
  for (const start of starts) visit(start);
  return [...needed];
}

function allows(list: string | string[] | undefined, value: string | undefined): boolean {
  return list === undefined || (value !== undefined && [list].flat().includes(value));
}

function runsOn({ os, cpu, libc }: LockedPackage, platform: Platform): boolean {
  return allows(os, platform.os) && allows(cpu, platform.cpu) && allows(libc, platform.libc);
}

test("the lockfile names no host", () => {
  const hosts = installed.filter(([, { resolved }]) => /^https?:/.test(resolved ?? ""));
  expect(hosts).toEqual([]);
});

test("every package of the lockfile that is not our own has an integrity", () => {
  expect(installed.length).toBeGreaterThan(100);
  const loose = installed.filter(
    // What comes inside another package is covered by that one's integrity.
    ([, { integrity, link, inBundle }]) => !link && !inBundle && integrity === undefined,
  );
  expect(loose.map(([path]) => path)).toEqual([]);
});

// Only developers of the studio compile its messages, and the registry has this version's add-on for one platform alone.
const incomplete = new Set(["node_modules/@lix-js/sdk"]);

test("every optional package that its parent names is in the lockfile, in that version", () => {
  const named = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies).map(([name, version]) => ({ path, name, version })),
  );
  expect(named.length).toBeGreaterThan(100);
  const wrong = named.filter(({ path, name, version }) => {
    const found = packages[findDependency(path, name) ?? ""];
    if (incomplete.has(path)) return packages[path]!.dev !== true;
    return found?.integrity === undefined || (/^\d/.test(version) && found.version !== version);
  });
  expect(wrong).toEqual([]);
});

describe("the add-ons that npm start needs", () => {
  const needed = listNeeded(["packages/cli"]);
  // A parent of add-ons runs everywhere and names one optional package a platform. That of sharp names its libvips, too.
  const parents = needed.filter(
    (path) =>
      packages[path]!.cpu === undefined &&
      Object.keys(packages[path]!.optionalDependencies ?? {}).some(
        (name) => packages[findDependency(path, name) ?? ""]?.cpu !== undefined,
      ),
  );
  const isLibrary = (name: string) => name.startsWith("@img/sharp-libvips-");
  // Runs everywhere, and is used where no other does.
  const isPortable = (name: string) => name.endsWith("-wasm32-wasi");

  test("are the canvas, sharp, and what builds the studio", () => {
    expect(parents).toEqual([
      "node_modules/sharp",
      "node_modules/@napi-rs/canvas",
      "node_modules/lightningcss",
      "node_modules/@tailwindcss/oxide",
      "node_modules/rolldown",
    ]);
  });

  test.each(platforms)("come built for $os $cpu $libc", (platform) => {
    for (const parent of parents) {
      const fitting = Object.keys(packages[parent]!.optionalDependencies ?? {}).filter((name) =>
        runsOn(packages[findDependency(parent, name)!]!, platform),
      );
      const addOns = fitting.filter((name) => !isLibrary(name) && !isPortable(name));
      expect(addOns, parent).toHaveLength(1);
      const libraries = Object.keys(
        packages[findDependency(parent, addOns[0]!)!]!.optionalDependencies ?? {},
      );
      for (const name of libraries) expect(fitting).toContain(name);
    }
  });
});

describe("the Node from npm", () => {
  const nodes = Object.keys(packages[""]!.optionalDependencies!);

  test("has the major that .nvmrc names", () => {
    const major = readFileSync(join(root, ".nvmrc"), "utf8").trim();
    for (const name of nodes) {
      expect(packages[`node_modules/${name}`]!.version).toMatch(new RegExp(`^${major}\\.`));
    }
  });

  // The packages do not say so themselves: npm keeps what the lockfile says. Without it a binary that cannot run would
  // come first on the path of every script, e.g. on Alpine.
  test("is installed on Linux only where glibc is", () => {
    for (const [path, { libc }] of installed) {
      if (/\/node-linux-\w+$/.test(path)) expect(libc, path).toEqual(["glibc"]);
    }
  });

  test.each(platforms)("is one, or the machine's own, on $os $cpu $libc", (platform) => {
    const fitting = nodes.filter((name) => runsOn(packages[`node_modules/${name}`]!, platform));
    const isOwn = platform.os === "darwin" || platform.libc === "musl";
    expect(fitting).toHaveLength(isOwn ? 0 : 1);
  });
});
