// Tests how prompts and queries are split into words.

import { expect, test } from "vitest";

import { queryWordsOf, wordsOf } from "./words.ts";

test("a text is found by its whole words in lower case, whatever stands between them", () => {
  expect(wordsOf("A Cat, a CAT -- and an e\u0301clair (4k)!")).toEqual([
    "a",
    "cat",
    "and",
    "an",
    "\u00e9clair",
    "4k",
  ]);
});

test("characters of scripts without spaces are found alone and in pairs", () => {
  expect(wordsOf("小猫，水墨")).toEqual(["小", "小猫", "猫", "水", "水墨", "墨"]);
  expect(wordsOf("赛博punk城市")).toEqual(["赛", "赛博", "博", "punk", "城", "城市", "市"]);
  expect(wordsOf("ｶﾞｰﾙ ４Ｋ")).toEqual(["ガ", "ガー", "ー", "ール", "ル", "4k"]);
  expect(wordsOf("𠮷野")).toEqual(["𠮷", "𠮷野", "野"]);
});

test("a query asks for the beginnings of words, and for pairs of characters where it can", () => {
  expect(queryWordsOf("ca 猫 小猫在")).toEqual([
    { word: "ca", isPrefix: true },
    { word: "猫", isPrefix: false },
    { word: "小猫", isPrefix: false },
    { word: "猫在", isPrefix: false },
  ]);
  expect(queryWordsOf("!? \u{1f600}")).toEqual([]);
});

test("no text makes more words than an index entry can hold, and none that is too long", () => {
  const long = wordsOf("字".repeat(10) + "x".repeat(5000));
  expect(long).toEqual(["字", "字字", "x".repeat(64)]);
  const many = Array.from({ length: 9000 }, (_, at) => `w${at}`).join(" ");
  expect(wordsOf(many)).toHaveLength(4000);
  expect(queryWordsOf(many)).toHaveLength(32);
});
