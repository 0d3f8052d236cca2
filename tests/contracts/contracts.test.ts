// Every promise of the contracts with clients names the test that proves it, and that test exists.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../source-tree.ts";
import { type Cell, chatCells, imageCells, nativeCells, videoCells } from "./cells.ts";

function unproved(cells: readonly Cell[]): Cell[] {
  return cells.filter(({ file, words }) => {
    const path = join(root, file);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(words);
  });
}

describe("every cell has its test", () => {
  test.each([
    ["Images", imageCells],
    ["Videos", videoCells],
    ["Chat", chatCells],
    ["our own routes", nativeCells],
  ] as const)("%s", (_what, cells) => {
    expect(unproved(cells)).toEqual([]);
    expect(new Set(cells.map(({ promise }) => promise)).size).toBe(cells.length);
  });
});
