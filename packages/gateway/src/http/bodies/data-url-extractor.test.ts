// Tests that a body without its long data URLs is read as JSON.parse would read it, however it is cut.

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { longStringBytes, extractDataUrls } from "./data-url-extractor.ts";
import type { ExtractorOptions } from "./data-url-extractor.ts";

interface Seen {
  head: string;
  text: string;
  abandoned: boolean;
}

function withOptions(limits: Partial<ExtractorOptions> = {}) {
  const seen: Seen[] = [];
  const options: ExtractorOptions = {
    limitBytes: 10_000_000,
    plainLimitBytes: 1_000_000,
    tooLarge: () => new Error("too large"),
    open(head) {
      const one: Seen = { head, text: "", abandoned: false };
      seen.push(one);
      return {
        write: (text) => Promise.resolve(void (one.text += text)),
        end: () => Promise.resolve(`mark-${seen.length - 1}`),
        abandon: () => Promise.resolve(void (one.abandoned = true)),
      };
    },
    ...limits,
  };
  return { seen, options };
}

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 300, max: 90_000 }), { minLength: 1, maxLength: 5 });
const anySizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const long = "abc+/123".repeat(longStringBytes / 8 + 1);

describe("a body", () => {
  it("without long data URLs stays what it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), anySizes, async (value, pieces) => {
        const text = JSON.stringify(value);
        const { seen, options } = withOptions();
        expect(String(await extractDataUrls(cut(text, pieces), options))).toBe(text);
        expect(seen).toEqual([]);
      }),
    );
  });

  it("gives every long data URL to a sink, whatever stands around it and wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string()),
        sizes,
        fc.boolean(),
        async (value, pieces, slashes) => {
          const body = {
            value,
            image: `data:image/png;base64,${long}`,
            "key\\": [`data:image/jpeg;base64,${long}==`, "data:,short", long],
          };
          const plain = JSON.stringify(body);
          // PHP writes \/, .NET writes \u002B: both mean what they stand for.
          const text = slashes ? plain.replaceAll("/", "\\/").replaceAll("+", "\\u002B") : plain;
          const { seen, options } = withOptions();
          const read: unknown = JSON.parse(
            String(await extractDataUrls(cut(text, pieces), options)),
          );
          expect(read).toEqual({
            value,
            image: "mark-0",
            "key\\": ["mark-1", "data:,short", long],
          });
          expect(
            seen.map(({ head, text: data }) => [head, data === long || data === `${long}==`]),
          ).toEqual([
            ["data:image/png;base64,", true],
            ["data:image/jpeg;base64,", true],
          ]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("that is too large, in all or besides its data URLs, is given up with its open sink", async () => {
    const small = withOptions({ limitBytes: 110_000 });
    const body = `{"image":"data:image/png;base64,${long}${long}"}`;
    await expect(extractDataUrls(cut(body, [30_000]), small.options)).rejects.toThrow(/too large/);
    expect(small.seen[0]?.abandoned).toBe(true);
    const plain = withOptions({ plainLimitBytes: 100 });
    await expect(extractDataUrls(cut(`{"a":"${long}"}`, [999]), plain.options)).rejects.toThrow();
  });

  it("that breaks off in a data URL abandons it", async () => {
    const { seen, options } = withOptions();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* cut(`{"image":"data:image/png;base64,${long}`, [10_000]);
      throw new Error("gone");
    }
    await expect(extractDataUrls(broken(), options)).rejects.toThrow("gone");
    expect(seen[0]?.abandoned).toBe(true);
  });
});
