// Tests how one text becomes a batch.

import { expect, it } from "vitest";

import { countPrompts, expandPrompts } from "./expansion.ts";

it.each<[string, string[]]>([
  ["a cat", ["a cat"]],
  ["a {red|blue} cat", ["a red cat", "a blue cat"]],
  ["{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]],
  ["one\n\n  two  \r\nthree", ["one", "two", "three"]],
  [
    "a {big {red|blue}|small} cat",
    ["a big red cat", "a small cat", "a big blue cat", "a small cat"],
  ],
  ["{ |old} town", ["town", "old town"]],
  ["no {group} here", ["no {group} here"]],
  ["{一|二}只猫", ["一只猫", "二只猫"]],
  ["", []],
  ["{", ["{"]],
])("%j becomes its prompts, and their number is told", (text, prompts) => {
  expect(expandPrompts(text)).toEqual(prompts);
  expect(countPrompts(text)).toBe(prompts.length);
});

it("makes no more than it may of a text that would be millions", () => {
  const text = Array.from({ length: 8 }, () => "{a|b|c}").join("");
  expect(countPrompts(text)).toBe(6561);
  expect(expandPrompts(text, 5)).toEqual([
    "aaaaaaaa",
    "aaaaaaab",
    "aaaaaaac",
    "aaaaaaba",
    "aaaaaabb",
  ]);
  expect(countPrompts(text.repeat(4))).toBe(10_000);
});
