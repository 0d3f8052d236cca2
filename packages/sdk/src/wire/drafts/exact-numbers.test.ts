// Tests that JSON keeps its numbers, digit by digit.

import fc from "fast-check";
import { expect, test } from "vitest";

import { parseExactly, stringifyExactly } from "./exact-numbers.ts";

const digits = fc.oneof(
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom("1.0", "-0", "1E2", "0.10"),
);

test("a text of JSON is written as it was read, with its numbers and its strings", () => {
  const pair = fc.tuple(fc.oneof(fc.string(), digits), digits);
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const parts = pairs.map(([words, number]) => `[${JSON.stringify(words)},${number}]`);
      const json = `[${parts.join(",")}]`;
      const { value, numbers } = parseExactly(json);
      expect(stringifyExactly(value, numbers)).toBe(json);
    }),
  );
});

test("a number that JavaScript keeps stays a number", () => {
  const { value, numbers } = parseExactly(
    '{"id":24,"text":"7500000000000000001 \\" 7500000000000000001"}',
  );
  expect(value).toEqual({ id: 24, text: '7500000000000000001 " 7500000000000000001' });
  expect(numbers.size).toBe(0);
});

test.each(["", "{", "[01]", "[12345678901234567890", "nothing"])("%j is no JSON", (text) => {
  expect(() => parseExactly(text)).toThrow(SyntaxError);
});
