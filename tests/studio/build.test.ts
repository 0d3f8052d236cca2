// The studio as it is built: how much a browser loads, that its messages are compiled anew, and what is not in it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";
import { updateStudio } from "../../scripts/studio-build.mjs";
import { compileWords } from "../../scripts/studio-words.mjs";

const studio = join(root, "packages/studio");
const kilobyte = 1000;

describe("what a browser loads", () => {
  const folder = join(studio, "dist/studio");
  const read = (name: string): Buffer =>
    name.endsWith(".br")
      ? brotliDecompressSync(readFileSync(join(folder, name)))
      : readFileSync(join(folder, name));
  /** Returns the bytes of all files with an ending, as gzip sends them. */
  const sizeOf = (ending: string, isWanted: (name: string) => boolean = () => true): number =>
    readdirSync(folder)
      .filter((name) => name.replace(/\.br$/, "").endsWith(ending) && isWanted(name))
      .reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
  beforeAll(() => updateStudio(), 60_000);

  test("at first is at most 65 KB of JavaScript and 12 KB of styles, gzip", () => {
    const page = readFileSync(join(studio, "dist/index.html"), "utf8");
    const named = [...page.matchAll(/(?:src|href)="\.\/studio\/([^"]+)"/g)].map(
      ([, name]) => name!,
    );
    const isNamed = (name: string) => named.includes(name.replace(/\.br$/, ""));
    expect(sizeOf(".js", isNamed)).toBeGreaterThan(10 * kilobyte);
    expect(sizeOf(".js", isNamed)).toBeLessThanOrEqual(65 * kilobyte);
    expect(sizeOf(".css", isNamed)).toBeLessThanOrEqual(12 * kilobyte);
  });

  test("in all is at most 160 KB of JavaScript, gzip", () => {
    expect(sizeOf(".js")).toBeLessThanOrEqual(160 * kilobyte);
  });

  test("of a room is named for its page, with all that it imports", () => {
    const page = readFileSync(join(studio, "dist/index.html"), "utf8");
    const rooms = JSON.parse(readFileSync(join(studio, "dist/rooms.json"), "utf8")) as Record<
      string,
      string[]
    >;
    const names = ["accounts", "admin", "create", "health", "jobs", "library", "sign-in"];
    expect(Object.keys(rooms).toSorted()).toEqual(names);
    const ofEveryPage = rooms["create"]!;
    for (const name of ofEveryPage) expect(page).toContain(name);
    for (const [room, needed] of Object.entries(rooms)) {
      expect(needed).toEqual(expect.arrayContaining(ofEveryPage));
      if (room !== "create")
        expect(needed.some((each) => each.startsWith(`${room}-room-`))).toBe(true);
      for (const name of needed.filter((each) => each.endsWith(".js"))) {
        const file = readdirSync(folder).find((each) => each.replace(/\.br$/, "") === name)!;
        const imports = /(?:from|^import|;import)"\.\/([^"]+)"/g;
        for (const [, each] of read(file).toString().matchAll(imports))
          expect(needed).toContain(each);
      }
    }
  });

  test("has no script in the page itself, and names no other host", () => {
    const page = readFileSync(join(studio, "dist/index.html"), "utf8");
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|https?:\/\//);
  });
});

test("the sources put no text into the page as markup", () => {
  const files = readdirSync(join(studio, "src"), { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."));
  const risky =
    /innerHTML|outerHTML\s*=|dangerouslySet|insertAdjacentHTML|document\.write|\beval\(/;
  const found = sources.filter((name) =>
    risky.test(readFileSync(join(studio, "src", name), "utf8")),
  );
  expect(found).toEqual([]);
});

describe("the messages", () => {
  // Paraglide's native part is published for this platform alone.
  const canCompile = process.platform === "linux" && process.arch === "x64";
  if (!canCompile)
    tellNotRun("the compiling of the studio's messages", "Paraglide has no binary here");

  test.skipIf(!canCompile)(
    "are compiled as they are written, in both languages; npm run words does it",
    async () => {
      const compiled = await compileWords();
      const written = readdirSync(join(studio, "src/words")).filter((name) =>
        /\.(d\.ts|js)$/.test(name),
      );
      expect(written.toSorted()).toEqual(Object.keys(compiled).toSorted());
      for (const [name, text] of Object.entries(compiled))
        expect(readFileSync(join(studio, "src/words", name), "utf8"), name).toBe(text);
    },
    60_000,
  );

  test("are all used", () => {
    const files = readdirSync(join(studio, "src"), { recursive: true, encoding: "utf8" });
    const texts = files
      .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("words"))
      .map((name) => readFileSync(join(studio, "src", name), "utf8"));
    const unused = readdirSync(join(studio, "messages"))
      .filter((name) => name.endsWith(".en.json"))
      .flatMap((name) => {
        const room = name.slice(0, -".en.json".length);
        const users = texts.filter((text) => text.includes(`words/${room}.js"`)).join("\n");
        const keys = Object.keys(JSON.parse(readFileSync(join(studio, "messages", name), "utf8")));
        return keys
          .filter((key) => !new RegExp(`\\.${key}\\b`).test(users))
          .map((key) => `${room}.${key}`);
      });
    expect(unused).toEqual([]);
  });
});
