// Tests that a body is split into its requests whatever pieces it comes in.

import { expect, test } from "vitest";

import { maxLineBytes, splitLines } from "./split-lines.ts";

async function split(
  text: string | Buffer,
  pieceLength: number,
): Promise<[number, string | null][]> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      // The memory of a chunk is freed when the next one is asked for.
      const piece = Uint8Array.from(bytes.subarray(at, at + pieceLength));
      yield piece;
      piece.fill(0);
    }
  }
  const found: [number, string | null][] = [];
  for await (const { number, bytes: line } of splitLines(pieces())) {
    found.push([number, line?.toString() ?? null]);
  }
  return found;
}

const lines = '\ufeff{"a": "猫"}\r\n\n  {"b": 2} \n{"c": "[,]"}';
const array = '\ufeff [ {"a": "猫, ]\\""} ,\n [1, {"b": [2]}], "text", 7 ] \n';

test.each([1, 2, 3, 7, 1000])("in pieces of %d bytes", async (length) => {
  expect(await split(lines, length)).toEqual([
    [1, '{"a": "猫"}'],
    [3, '{"b": 2}'],
    [4, '{"c": "[,]"}'],
  ]);
  expect(await split(array, length)).toEqual([
    [1, '{"a": "猫, ]\\""}'],
    [2, '[1, {"b": [2]}]'],
    [3, '"text"'],
    [4, "7"],
  ]);
});

test("nothing at all, blank lines and an empty array have no requests", async () => {
  for (const text of ["", "\n \n", "[]", " [ \n ] "]) expect(await split(text, 2)).toEqual([]);
});

test("a line that is too long is told and not held", async () => {
  const long = Buffer.alloc(maxLineBytes + 1, "a");
  const body = Buffer.concat([Buffer.from("{}\n"), long, Buffer.from("\n{}")]);
  expect(await split(body, 65_536)).toEqual([
    [1, "{}"],
    [2, null],
    [3, "{}"],
  ]);
});

test.each(["[1, 2", '["a]', "[1] 2"])("%s is refused", async (text) => {
  await expect(split(text, 3)).rejects.toMatchObject({
    code: "invalid_request",
    detail: { param: "body" },
  });
});
