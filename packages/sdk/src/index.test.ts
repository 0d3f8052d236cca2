// Tests the package's doors: every export has a docstring that begins with a verb.

import { readFileSync, readdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

const folder = new URL("./", import.meta.url);
const doors = ["index.ts", "environment.ts", "environment-compat.ts"];

const sources = new Map(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
);

const declaration =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^export (?:abstract |async )?(?:class|interface|type|const|function) (\w+)(?!\w*\s*\})/gm;

/** Lists the declarations of a file: name and docstring, empty where it has none. */
function declarations(text: string): { name: string; doc: string }[] {
  return [...text.matchAll(declaration)].map(([, doc = "", name = ""]) => ({
    name,
    doc: doc.replaceAll(/^\s*\* ?/gm, "").trim(),
  }));
}

/** Lists what a door exports: its own declarations, and what it passes on by name or whole. */
function exportsOf(door: string): { name: string; doc: string }[] {
  const text = sources.get(door) ?? "";
  const passedOn = [
    ...text.matchAll(/export (?:type )?(?:\{([^}]*)\}|\*) from "\.\/([^"]+)"/g),
  ].flatMap(([, names, file = ""]) => {
    const all = declarations(sources.get(file) ?? "");
    if (names === undefined) return all;
    const wanted = names.split(",").flatMap((name) => name.trim() || []);
    return wanted.map((name) => all.find((one) => one.name === name) ?? { name, doc: "" });
  });
  return [...declarations(text), ...passedOn];
}

// The third person's s ("Gives", "Is"), and the one verb that has none.
const beginsWithVerb = /^(?!This\b)([A-Z][a-z]*s|Are)\b/;

describe("the package's doors", () => {
  test("document every exported symbol with a sentence that begins with a verb", () => {
    const exported = doors.flatMap(exportsOf);
    expect(exported.length).toBeGreaterThan(60);
    expect(exported.filter(({ doc }) => !beginsWithVerb.test(doc))).toEqual([]);
  });

  test("would be seen without a docstring, or with one that begins otherwise", () => {
    const found = declarations(
      "/** The cat. */\nexport const cat = 1;\n\nexport function dog(): void {}\n",
    );
    expect(found.map(({ name, doc }) => [name, beginsWithVerb.test(doc)])).toEqual([
      ["cat", false],
      ["dog", false],
    ]);
  });
});
