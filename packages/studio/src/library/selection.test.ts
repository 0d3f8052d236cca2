// Tests selections, of some results and of all but some.

import { expect, test } from "vitest";

import {
  add,
  countSelected,
  everything,
  isSelected,
  nothing,
  rangeTo,
  toggle,
  without,
} from "./selection.ts";

test("results are selected and taken out one by one", () => {
  const one = toggle(nothing, "a", 3);
  expect(isSelected(one, "a")).toBe(true);
  expect(countSelected(one, 10)).toBe(1);
  expect(rangeTo(one, 1)).toEqual([1, 3]);
  expect(countSelected(toggle(one, "a", 3), 10)).toBe(0);
  expect(countSelected(add(one, ["a", "b"]), 10)).toBe(2);
});

test("all of a hundred thousand are selected without naming them, but for some", () => {
  const most = toggle(everything, "a", 0);
  expect(isSelected(most, "a")).toBe(false);
  expect(isSelected(most, "z")).toBe(true);
  expect(countSelected(most, 100_000)).toBe(99_999);
  expect(isSelected(add(most, ["a"]), "a")).toBe(true);
  expect(countSelected(without(everything, ["b"]), 3)).toBe(2);
});
