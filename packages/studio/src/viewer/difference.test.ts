// Tests the difference between two prompts.

import { expect, test } from "vitest";

import { differenceOf } from "./difference.ts";

const told = (before: string, after: string): string =>
  differenceOf(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "in" ? `[+${text}]` : `[-${text}]`))
    .join("");

test.each([
  ["a red cat", "a red cat", "a red cat"],
  ["a red cat", "a blue cat", "a [-red][+blue] cat"],
  ["a cat", "a cat in the rain", "a cat[+ in the rain]"],
  ["一只小猫在窗边", "一只小狗在窗边", "一只小[-猫][+狗]在窗边"],
  ["", "new", "[+new]"],
  ["old", "", "[-old]"],
])("%j becomes %j", (before, after, expected) => {
  expect(told(before, after)).toBe(expected);
});

test("what is kept and put in gives the new text, what is kept and taken out the old one, also of long ones", () => {
  const before = "word other ".repeat(1000);
  const after = before.replace("other word", "another");
  for (const [one, other] of [
    [before, after],
    ["a b c d e f", "f e d c b a"],
  ] as const) {
    const pieces = differenceOf(one, other);
    const of = (kind: string) =>
      pieces
        .filter((piece) => piece.kind !== kind)
        .map(({ text }) => text)
        .join("");
    expect(of("out")).toBe(other);
    expect(of("in")).toBe(one);
  }
});
