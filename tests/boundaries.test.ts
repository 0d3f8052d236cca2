// The import table of the design: who may import what, how long a file may be, and what no file may name.
import { globSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Rule {
  /** Packages of the repository that may be imported. */
  allowed: string[];
  /** Packages of which only types may be imported. */
  typesOnly?: string[];
  /** Specifiers that may never be imported. */
  forbidden?: RegExp;
  /** Files to which another rule applies. */
  readsEnvironment?: RegExp;
}

const rules: Record<string, Rule> = {
  "packages/sdk": {
    allowed: [],
    forbidden: /^(fastify|kysely|pg|node:sqlite|node:http|node:net)$/,
    readsEnvironment: /^packages\/sdk\/src\/environment\/process-settings\.ts$/,
  },
  "packages/simulator": { allowed: [], readsEnvironment: /^$/ },
  "packages/gateway": {
    allowed: ["@jimeng/sdk", "@jimeng/sdk/registry", "@jimeng/sdk/tools"],
    readsEnvironment: /^packages\/gateway\/src\/config\/config\.ts$/,
  },
  "packages/gateway/src/api": { allowed: [], typesOnly: ["@jimeng/sdk"], forbidden: /^node:/ },
  "packages/mcp": {
    allowed: ["@jimeng/gateway/api", "@jimeng/gateway/api/client"],
    readsEnvironment: /^$/,
  },
  "packages/studio": {
    allowed: ["@jimeng/gateway/api", "@jimeng/gateway/api/client"],
    forbidden: /^node:/,
    readsEnvironment: /^$/,
  },
  "packages/ai-sdk-provider": {
    allowed: ["@jimeng/gateway/api", "@jimeng/gateway/api/client"],
    forbidden: /^node:/,
    readsEnvironment: /^$/,
  },
  "packages/cli": {
    allowed: [
      "@jimeng/mcp",
      "@jimeng/mcp/hosts",
      "@jimeng/gateway",
      "@jimeng/gateway/api",
      "@jimeng/gateway/api/client",
      "@jimeng/simulator",
    ],
    readsEnvironment: /./,
  },
};

const largestFile = 500;
// Data files may be longer: a table is not harder to read for having more rows.
const dataFiles = /(^|\/)(models|__fixtures__)[./]/;

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file));
}

function ruleFor(file: string): [string, Rule] {
  const folder = Object.keys(rules)
    .filter((prefix) => file.startsWith(`${prefix}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (folder === undefined) throw new Error(`no import rule for ${file}`);
  return [folder, rules[folder]!];
}

function packageOf(file: string): string {
  return file.split("/").slice(0, 2).join("/");
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** Lists what breaks the table in one file's text; exported through the tests below only. */
function violations(file: string, text: string): string[] {
  const [folder, rule] = ruleFor(file);
  const own = JSON.parse(readFileSync(join(root, packageOf(file), "package.json"), "utf8")) as {
    name: string;
  };
  const found: string[] = [];
  const isTest = file.includes(".test.");
  for (const match of text.matchAll(importPattern)) {
    const specifier = match[2] ?? match[3] ?? "";
    const typeOnly = match[1] !== undefined;
    // A test may stand up the server that its subject talks to.
    if (rule.forbidden?.test(specifier) && !isTest) found.push(`${file} imports ${specifier}`);
    if (/(^|\/)testing\//.test(specifier) && !isTest && !file.includes("/testing/")) {
      found.push(`${file} imports ${specifier}`);
    }
    if (specifier.startsWith(".")) {
      const target = join(file, "..", specifier).split(sep).join("/");
      // A narrower rule of a folder still lets its tests use the package's fakes.
      const isFake = isTest && target.startsWith(`${packageOf(file)}/src/testing/`);
      if (
        !isFake &&
        !target.startsWith(`${folder}/`) &&
        !(folder === "packages/cli" && target.startsWith("packages/cli/"))
      ) {
        found.push(`${file} reaches out of ${folder} to ${specifier}`);
      }
    } else if (/^(@jimeng\/|jimeng(\/|$))/.test(specifier) && !specifier.startsWith(own.name)) {
      const allowed =
        rule.allowed.includes(specifier) || (typeOnly && rule.typesOnly?.includes(specifier));
      if (!allowed) found.push(`${file} imports ${specifier}`);
    }
  }
  if (
    !isTest &&
    withoutComments(text).includes("process.env") &&
    !(rule.readsEnvironment?.test(file) ?? false)
  ) {
    found.push(`${file} reads process.env`);
  }
  return found;
}

const files = Object.keys(rules).includes("packages/sdk") ? sourceFiles("packages") : [];

describe("boundaries", () => {
  test("every import is one that the design's table allows", () => {
    expect(files.length).toBeGreaterThan(10);
    const found = files.flatMap((file) => violations(file, readFileSync(join(root, file), "utf8")));
    expect(found).toEqual([]);
  });

  test("the check itself notices a forbidden import, a types-only breach and a read of process.env", () => {
    expect(
      violations("packages/simulator/src/x.ts", `import { a } from "@jimeng/sdk";`),
    ).toHaveLength(1);
    expect(
      violations("packages/gateway/src/api/x.ts", `import { a } from "@jimeng/sdk";`),
    ).toHaveLength(1);
    expect(
      violations("packages/gateway/src/api/x.ts", `import type { a } from "@jimeng/sdk";`),
    ).toEqual([]);
    expect(violations("packages/gateway/src/api/x.ts", `import "node:fs";`)).toHaveLength(1);
    expect(
      violations("packages/gateway/src/api/x.ts", `import { b } from "../jobs/job.ts";`),
    ).toHaveLength(1);
    expect(violations("packages/sdk/src/x.ts", `const a = process.env.HOME;`)).toHaveLength(1);
    expect(
      violations("packages/cli/src/x.ts", `const a = await import("@jimeng/sdk");`),
    ).toHaveLength(1);
  });

  test("only tests and testing folders import what lies in a testing folder", () => {
    const helper = `import { a } from "./testing/fake-app.ts";`;
    expect(violations("packages/gateway/src/x.ts", helper)).toHaveLength(1);
    expect(violations("packages/gateway/src/x.test.ts", helper)).toEqual([]);
    expect(violations("packages/gateway/src/testing/x.ts", helper)).toEqual([]);
  });

  test("no file is longer than 500 lines, data files excepted", () => {
    const long = [
      ...files,
      ...sourceFiles("tests"),
      ...sourceFiles("bench"),
      ...sourceFiles("scripts"),
    ]
      .filter((file) => !dataFiles.test(file))
      .map((file) => ({
        file,
        lines: readFileSync(join(root, file), "utf8").split("\n").length - 1,
      }))
      .filter(({ lines }) => lines > largestFile);
    expect(long).toEqual([]);
  });

  test("every source file begins with a comment that says what it owns", () => {
    const silent = files.filter((file) => {
      if (file.includes(".test.")) return false;
      const text = readFileSync(join(root, file), "utf8").replace(/^#!.*\n/, "");
      return !/^(\/\/|\/\*)/.test(text);
    });
    expect(silent).toEqual([]);
  });

  test("node:sqlite is imported in one file of the gateway and one of the simulator", () => {
    const importers = files.filter(
      (file) =>
        /from "node:sqlite"/.test(readFileSync(join(root, file), "utf8")) &&
        !file.includes(".test."),
    );
    expect(
      importers.filter((file) => file.startsWith("packages/gateway/")).length,
    ).toBeLessThanOrEqual(1);
    expect(
      importers.filter((file) => file.startsWith("packages/simulator/")).length,
    ).toBeLessThanOrEqual(1);
  });

  test("every test file that runs on both databases is there, under the name that vitest.config.ts has", () => {
    const text = readFileSync(join(root, "vitest.config.ts"), "utf8");
    const patterns = [...text.matchAll(/"((?:packages|tests)\/[^"]+\.test\.ts)"/g)].map(
      ([, pattern = ""]) => pattern,
    );
    expect(patterns.length).toBeGreaterThan(4);
    const unmatched = patterns.filter(
      (pattern) => globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] }).length === 0,
    );
    expect(unmatched).toEqual([]);
  });
});
