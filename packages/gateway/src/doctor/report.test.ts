// Tests that both languages have every sentence of an examination, and say the same in it.

import { expect, test } from "vitest";

import { chinese } from "./words/chinese.ts";
import { english } from "./words/english.ts";

type Sentence = string | ((...facts: string[]) => string);
const leaves = (words: object): [string, string][] =>
  Object.entries(words).flatMap(([part, sentences]: [string, Record<string, Sentence>]) =>
    Object.entries(sentences).map(([name, sentence]): [string, string] => [
      `${part}.${name}`,
      typeof sentence === "string" ? sentence : sentence("F1", "F2", "F3"),
    ]),
  );

test("the sentences are the same in both languages, with the same facts, commands and settings", () => {
  const inChinese = new Map(leaves(chinese));
  expect([...inChinese.keys()]).toEqual(leaves(english).map(([path]) => path));
  const facts = (text: string) =>
    [...new Set(text.match(/F\d|`[^`]+`|[A-Z]+_[A-Z_]+/g))].toSorted();
  for (const [path, sentence] of leaves(english)) {
    const other = inChinese.get(path) ?? "";
    expect(sentence.trim(), path).not.toBe("");
    expect(other, path).toMatch(/\p{Script=Han}/u);
    expect(facts(other), path).toEqual(facts(sentence));
  }
});
