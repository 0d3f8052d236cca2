// Tests our CRC-32 against node's.

import { crc32 } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatCrc32, updateCrc32, updateCrc32InScript } from "./crc32.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("crc32", () => {
  test.each([
    ["", "00000000"],
    ["a", "e8b7be43"],
    ["hello world", "0d4a1185"],
    ["pad51", "005b26c4"],
    ["\0\0\0\0\0\0\0\0", "6522df69"],
  ])("of %j is %s, zero padded", (text, expected) => {
    expect(formatCrc32(updateCrc32(bytes(text)))).toBe(expected);
    expect(formatCrc32(updateCrc32InScript(bytes(text)))).toBe(expected);
  });

  test("is the same in pieces, in script and in zlib", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
        const whole = crc32(Buffer.concat([head, tail]));
        expect(updateCrc32(tail, updateCrc32(head))).toBe(whole);
        expect(updateCrc32InScript(tail, updateCrc32InScript(head))).toBe(whole);
      }),
    );
  });
});
