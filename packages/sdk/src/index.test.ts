// Tests the package's entry points: every export has a docstring, a function's begins with a verb.

import { readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";

import { describe, expect, test } from "vitest";

const folder = new URL(".", import.meta.url);
const entryPoints = [
  "index.ts",
  "registry.ts",
  "environment/environment.ts",
  "environment/compat.ts",
];

const sources = new Map(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
);

const declaration =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^export (?:abstract |async )?(class|interface|type|const|function) (\w+)(?!\w*\s*\})/gm;

interface Declaration {
  kind: string;
  name: string;
  /** Empty where it has none. */
  doc: string;
}

/** Lists the declarations of a file. */
function declarations(text: string): Declaration[] {
  return [...text.matchAll(declaration)].map(([, doc = "", kind = "", name = ""]) => ({
    kind,
    name,
    doc: doc.replaceAll(/^\s*\* ?/gm, "").trim(),
  }));
}

/** Lists what an entry point exports: its own declarations, and what it passes on by name. */
function exportsOf(entryPoint: string): Declaration[] {
  const text = sources.get(entryPoint) ?? "";
  const passedOn = [...text.matchAll(/export (?:type )?\{([^}]*)\} from "(\.[^"]+)"/g)].flatMap(
    ([, names = "", file = ""]) => {
      const all = declarations(sources.get(posix.join(posix.dirname(entryPoint), file)) ?? "");
      const wanted = names.split(",").flatMap((name) => name.trim() || []);
      return wanted.map(
        (name) => all.find((one) => one.name === name) ?? { kind: "", name, doc: "" },
      );
    },
  );
  return [...declarations(text), ...passedOn];
}

// The third person's s: "Returns", "Reads", "Throws".
const beginsWithVerb = /^(?!This\b|Is\b)[A-Z][a-z]*s\b/;

function isDocumented({ kind, doc }: Declaration): boolean {
  return kind === "function" ? beginsWithVerb.test(doc) : doc !== "" && !/^(Is|Are)\b/.test(doc);
}

describe("the package's entry points", () => {
  test("document every exported symbol, functions with a sentence that begins with a verb", () => {
    const exported = entryPoints.flatMap(exportsOf);
    expect(exported.length).toBeGreaterThan(60);
    expect(exported.filter((one) => !isDocumented(one))).toEqual([]);
  });

  test("pass on names only, never a whole file", () => {
    for (const name of entryPoints) expect(sources.get(name)).not.toMatch(/export (type )?\*/);
  });

  test("would be seen without a docstring, or with one that begins otherwise", () => {
    const found = declarations(
      "/** The cat. */\nexport const cat = 1;\n\n/** The dog. */\nexport function dog(): void {}\nexport const cow = 2;\n",
    );
    expect(found.map((one) => [one.name, isDocumented(one)])).toEqual([
      ["cat", true],
      ["dog", false],
      ["cow", false],
    ]);
  });
});
