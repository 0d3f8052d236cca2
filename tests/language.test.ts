// Checks the language of the sources: words that were replaced stay away, docstrings begin with a noun or a verb, and
// what comments and pages cite exists.
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { listFiles, readFiles, root } from "./source-tree.ts";
import type { SourceFile } from "./source-tree.ts";

const sources = readFiles(/\.(ts|tsx|mjs)$/, "packages", "tests", "bench", "scripts", "examples");
const pages = readFiles(/\.md$/, ".").filter(({ path }) => path !== "CHANGELOG.md");
const listFile = "tests/replaced-names.txt";

/** Reads the sections of the list of replaced names: `identifiers`, `files`, `columns`, `texts`. */
function replacedNames(): Readonly<Record<string, string[]>> {
  const sections: Record<string, string[]> = {};
  let section: string[] = [];
  for (const line of readFileSync(join(root, listFile), "utf8").split("\n")) {
    if (line.startsWith("#") || line.trim() === "") continue;
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    if (heading === undefined) section.push(line.trim());
    else section = sections[heading] = [];
  }
  return sections;
}

const replaced = replacedNames();

// Migrations say what older versions of the tables were called; they never change.
const speaksOfThePast = (path: string): boolean =>
  path.includes("/database/migrations/") || path.endsWith("/upgrade.test.ts");

/** Lists the replaced identifiers and columns in one file. */
function oldNamesIn({ path, text }: SourceFile): string[] {
  if (speaksOfThePast(path)) return [];
  const words = new Set(text.match(/[A-Za-z_$][\w$]*/g));
  const names = [...(replaced["identifiers"] ?? []), ...(replaced["columns"] ?? [])];
  return names.filter((name) => words.has(name)).map((name) => `${path}: ${name}`);
}

/** Lists the docstrings of one file that begin with "Is" or "Are". */
function verblessDocstrings({ path, text }: SourceFile): string[] {
  return [...text.matchAll(/\/\*\*(?:\s*\n?\s*\*?\s*)(Is|Are) [^\n]*/g)].map(
    ([found]) => `${path}: ${found.slice(0, 60)}`,
  );
}

/** Returns the text of all comments of a file. */
function commentsOf(text: string): string {
  return (text.match(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/ [^\n]*/g) ?? []).join("\n");
}

const absentDocuments =
  /\b(design|contracts|lessons|dependencies|protocol)(\.md)?,? (section )?\d|\((lessons|dependencies)\b|\bissue \d+\b|shared\/(design|contracts|lessons|anchors|dependencies)/i;

const allFiles = new Set(listFiles("."));
const allNames = new Set([...allFiles].map((path) => posix.basename(path)));

/** Lists the files that a comment names and that do not exist. */
function absentFiles({ path, text }: SourceFile): string[] {
  const cited = commentsOf(text).match(/(?<![*\w.])[\w@][\w@./-]*\.(?:ts|mjs|md)\b/g) ?? [];
  return cited
    .filter((name) => !/^(node|https?):|node_modules/.test(name))
    .filter((name) => !isThere(path, name))
    .map((name) => `${path}: ${name}`);
}

function isThere(path: string, name: string): boolean {
  if (!name.includes("/")) return allNames.has(name);
  return (
    [...allFiles].some((file) => file === name || file.endsWith(`/${name}`)) ||
    existsSync(join(root, posix.dirname(path), name))
  );
}

/** Turns a heading into the anchor that web views of Markdown give it. */
function toAnchor(heading: string): string {
  return heading
    .replaceAll(/`|\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

/** Lists the links of one page to files or headings that do not exist. */
function brokenLinks({ path, text }: SourceFile): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (!existsSync(join(root, target))) return [`${path}: ${link}`];
    if (anchor === undefined || !target.endsWith(".md")) return [];
    const headings = readFileSync(join(root, target), "utf8").match(/^#+ .*$/gm) ?? [];
    const anchors = headings.map((heading) => toAnchor(heading.replace(/^#+ /, "")));
    return anchors.includes(decodeURIComponent(anchor)) ? [] : [`${path}: ${link}`];
  });
}

describe("the language of the sources", () => {
  test("uses none of the names that were replaced", () => {
    expect(replaced["identifiers"]?.length).toBeGreaterThan(40);
    expect(sources.flatMap(oldNamesIn)).toEqual([]);
  });

  test("has no file of a name that was replaced, and logs no text that was", () => {
    const names = new Set(replaced["files"]);
    expect([...allFiles].filter((path) => names.has(posix.basename(path)))).toEqual([]);
    const texts = replaced["texts"] ?? [];
    const found = sources
      .filter(({ path }) => !speaksOfThePast(path))
      .flatMap(({ path, text }) =>
        texts.filter((words) => text.includes(words)).map((words) => `${path}: ${words}`),
      );
    expect(found).toEqual([]);
  });

  test("begins docstrings with a noun or a verb, never with Is or Are", () => {
    expect(
      verblessDocstrings({ path: "x.ts", text: `/** ${"Is"} a planted one. */` }),
    ).toHaveLength(1);
    expect(sources.flatMap(verblessDocstrings)).toEqual([]);
  });

  test("cites only documents and files of this repository", () => {
    const planted = { path: "x.ts", text: "// Rules: contracts 9, no-such-file.ts.\n" };
    expect(absentDocuments.test(commentsOf(planted.text))).toBe(true);
    expect(absentFiles(planted)).toHaveLength(1);
    const absent = sources
      .filter(({ path, text }) => !speaksOfThePast(path) && absentDocuments.test(commentsOf(text)))
      .map(({ path, text }) => `${path}: ${absentDocuments.exec(commentsOf(text))?.[0]}`);
    expect(absent).toEqual([]);
    const absentInPages = pages.map(({ path, text }) => [path, absentDocuments.exec(text)?.[0]]);
    expect(absentInPages.filter(([, found]) => found !== undefined)).toEqual([]);
    expect(sources.filter(({ path }) => !speaksOfThePast(path)).flatMap(absentFiles)).toEqual([]);
  });

  test("links from pages only to files and headings that exist", () => {
    expect(brokenLinks({ path: "README.md", text: "[x](no-such-page.md)" })).toHaveLength(1);
    expect(brokenLinks({ path: "README.md", text: "[x](#no-such-heading)" })).toHaveLength(1);
    expect(pages.flatMap(brokenLinks)).toEqual([]);
  });
});
