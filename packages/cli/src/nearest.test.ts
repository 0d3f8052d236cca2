// Tests that a mistyped word finds the known one, and another word finds none.

import { expect, test } from "vitest";

import { nearest } from "./nearest.ts";

const commands = ["list", "show", "wait", "cancel", "retry", "recheck"];

test.each([
  ["shwo", "show"],
  ["lst", "list"],
  ["cancle", "cancel"],
  ["rechek", "recheck"],
  ["foo", undefined],
  ["", undefined],
  ["delete", undefined],
])("%s is %s", (word, meant) => {
  expect(nearest(word, commands)).toBe(meant);
});

test("a name that differs in a letter or an ending is found among longer ones", () => {
  const names = ["JIMENG_SESSIONS", "JIMENG_SESSIONS_FILE", "JIMENG_SIMULATE"];
  expect(nearest("JIMENG_SESSION", names)).toBe("JIMENG_SESSIONS");
  expect(nearest("JIMENG_SESIONS_FILE", names)).toBe("JIMENG_SESSIONS_FILE");
  expect(nearest("JIMENG_COLOUR", names)).toBeUndefined();
});
