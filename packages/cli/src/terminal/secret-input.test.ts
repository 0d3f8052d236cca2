// Tests reading a pasted or piped secret.

import { describe, expect, test } from "vitest";

import { readSecret } from "./secret-input.ts";
import type { SecretInput } from "./secret-input.ts";

function terminal(pieces: string[]): SecretInput & { raw: boolean[] } {
  const raw: boolean[] = [];
  return {
    isTTY: true,
    raw,
    setRawMode(mode: boolean) {
      raw.push(mode);
      return this as never;
    },
    async *[Symbol.asyncIterator]() {
      yield* pieces;
    },
  };
}

const read = async (...pieces: string[]) => {
  const input = terminal(pieces);
  let written = "";
  const text = await readSecret(input, (part) => (written += part));
  expect(input.raw).toEqual([true, false]);
  return { text, written };
};

describe("a secret on a terminal", () => {
  test("ends with Enter, and is not shown", async () => {
    const { text, written } = await read("obviously", "-fake\r", "not read");
    expect(text).toBe("obviously-fake");
    expect(written).not.toContain("fake");
  });

  test("may be pasted with line ends in it, in any pieces", async () => {
    const pasted = "\u001b[200~curl 'https://x' \\\n  -b 'sessionid=fake'\n\u001b[201~\r";
    const expected = "curl 'https://x' \\\n  -b 'sessionid=fake'";
    expect((await read(pasted)).text).toBe(expected);
    expect((await read(...pasted.split(""))).text).toBe(expected);
  });

  test("can be corrected, and given up", async () => {
    expect((await read("abx\u007fc\n")).text).toBe("abc");
    expect((await read("abc\u0003")).text).toBeUndefined();
    expect((await read("abc\u0004")).text).toBe("abc");
  });
});

test("a piped secret is read to its end", async () => {
  const input = {
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(" fake\n");
    },
  };
  expect(await readSecret(input, () => undefined)).toBe("fake");
});
