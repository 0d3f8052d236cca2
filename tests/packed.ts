// A folder in which the packed packages are installed as their users would have them, without a network: the tarballs
// are unpacked, and each declared dependency is a link into the workspace. An undeclared one is missing.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "./e2e/processes.ts";

const execute = promisify(execFile);

/** The folders below packages/ that are published. */
export const publishedPackages = ["sdk", "simulator", "gateway", "ai-sdk-provider", "cli"] as const;

/** The folder and what is in it. */
export interface PackedWorkspace {
  /** Holds node_modules with the unpacked packages. */
  folder: string;
  /** Gives the tarball of a package. */
  tarball(name: (typeof publishedPackages)[number]): string;
  remove(): void;
}

interface PackReport {
  name: string;
  filename: string;
}

interface Manifest {
  name: string;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
}

/** Runs a program with the workspace's own binaries first on the path. */
export async function runTool(
  command: string,
  words: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const path = `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  const running = execute(command, words, {
    cwd: root,
    env: { ...process.env, PATH: path, ...environment },
    shell: process.platform === "win32",
  });
  const { stdout } = await running.catch((error: Error & { stdout?: string }) => {
    // What went wrong stands on stdout with tsc, npm and attw; the error alone names only the command.
    throw new Error(`${error.message}\n${error.stdout ?? ""}`, { cause: error });
  });
  return stdout;
}

/** Builds, packs and unpacks the packages. */
export async function packWorkspace(): Promise<PackedWorkspace> {
  await runTool(process.execPath, ["scripts/build.mjs"]);
  const folder = mkdtempSync(join(tmpdir(), "jimeng-packed-"));
  // Packs copies and runs no npm scripts: other tests must not see how prepack changes a package.json.
  const staged = await Promise.all(
    publishedPackages.map((name) => stage(name, join(folder, "staged", name))),
  );
  const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const reports = JSON.parse(await runTool("npm", [...words, ...staged])) as PackReport[];
  const modules = join(folder, "node_modules");
  for (const report of reports) {
    await unpack(join(folder, report.filename), join(modules, report.name));
  }
  for (const name of publishedPackages) linkDependencies(name, modules);
  writeFileSync(join(folder, "package.json"), '{"private":true,"type":"module"}\n');
  const byFolder = new Map(
    publishedPackages.map((name) => {
      const report = reports.find((entry) => entry.name === readManifest(name).name);
      return [name, join(folder, report?.filename ?? "")];
    }),
  );
  return {
    folder,
    tarball: (name) => byFolder.get(name) ?? "",
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Copies the files of a package that may be packed, with the package.json to pack; returns the copy's folder. */
async function stage(name: string, target: string): Promise<string> {
  const source = join(root, "packages", name);
  cpSync(source, target, {
    recursive: true,
    filter: (path) => !/^(src|node_modules)$/.test(relative(source, path)),
  });
  await execute(process.execPath, [join(root, "scripts/packed-manifest.mjs"), "write"], {
    cwd: target,
  });
  return target;
}

function readManifest(name: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest;
}

async function unpack(tarball: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  await runTool("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
}

function linkDependencies(name: string, modules: string): void {
  const manifest = readManifest(name);
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const link = join(modules, dependency);
    if (existsSync(link)) continue;
    const nested = join(root, "packages", name, "node_modules", dependency);
    const target = existsSync(nested) ? nested : join(root, "node_modules", dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, "junction");
  }
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    mkdirSync(join(modules, ".bin"), { recursive: true });
    symlinkSync(join("..", manifest.name, file), join(modules, ".bin", command));
  }
}
