// Reads the repository's sources for tests about their structure and language.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** One file of the repository. */
export interface SourceFile {
  /** Path from the repository's root, with slashes. */
  path: string;
  text: string;
}

/** One import of a file. */
export interface Import {
  specifier: string;
  /** Path from the repository's root where the specifier is relative. */
  target: string | undefined;
  typeOnly: boolean;
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

/** Lists the files that git knows or would add, below the given folders. */
export function listFiles(...folders: string[]): string[] {
  const output = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", ...folders],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  return output.split("\0").filter((path) => path !== "");
}

/** Reads the files below the given folders whose path matches. */
export function readFiles(pattern: RegExp, ...folders: string[]): SourceFile[] {
  return listFiles(...folders)
    .filter((path) => pattern.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(root, path), "utf8") }];
      } catch {
        // Deleted in the work tree and still in git's index.
        return [];
      }
    });
}

/** Returns the imports of a file, types and dynamic ones included. */
export function importsOf({ path, text }: SourceFile): Import[] {
  return [...text.matchAll(importPattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? "";
    return {
      specifier,
      target: specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined,
      typeOnly: match[1] !== undefined,
    };
  });
}

/** Removes block comments and whole-line comments. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** Tells whether a file is a test or lies in a folder that only tests use. */
export function isTestCode(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)(testing|__fixtures__)\//.test(path);
}
