// Tests that base64 decodes to the same bytes in pieces as in one text, and that other texts are refused.

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeBase64, headOf, inPieces } from "./data-url.ts";

async function decode(text: string, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of decodeBase64(inPieces(text, 0, length))) parts.push(part);
  return Buffer.concat(parts);
}

describe("base64 in pieces", () => {
  it("decodes to the original bytes, padded or not, in both alphabets", async () => {
    const pieces = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), pieces, async (bytes, length) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(await decode(text, length)).toEqual(Buffer.from(bytes));
        expect(await decode(text.replace(/=+$/, ""), length)).toEqual(Buffer.from(bytes));
        const url = Buffer.from(bytes).toString("base64url");
        expect(await decode(url, length)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("decodes to the original bytes wrapped at 76, with blanks, and percent-encoded, however it is cut", async () => {
    const pieces = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), pieces, async (bytes, length) => {
        const text = Buffer.from(bytes).toString("base64");
        for (const written of [
          text.replaceAll(/.{76}/g, "$&\r\n"),
          ` ${text}\n`,
          `\t${text.replace(/=+$/, "")}\f`,
          encodeURIComponent(text),
          text.replaceAll(/.{76}/g, "$&%0D%0A").replaceAll("+", "%2b"),
        ]) {
          expect(await decode(written, length)).toEqual(Buffer.from(bytes));
        }
      }),
    );
  });

  it.each([
    "AAAA A",
    "AA==AAAA",
    "AA== AAAA",
    "AAAA!",
    "AAAA%",
    "AAAA%zz",
    "AA=A",
    "====",
    "A\u00a0AAA",
  ])("refuses %j however it is cut", async (text) => {
    for (const length of [1, 2, 3, 4, 5, 100]) {
      await expect(decode(text, length), String(length)).rejects.toMatchObject({
        detail: { reason: "bad_data_url" },
      });
    }
  });
});

it("a head tells where the bytes begin and which type it declares", () => {
  expect(headOf("data:image/png;base64,AAAA")).toEqual({ length: 22, declaredType: "image/png" });
  expect(headOf("data:image/png;name=a.png;base64,AAAA")?.declaredType).toBe("image/png");
  expect(headOf("data:;base64,AAAA")?.declaredType).toBeNull();
  expect(headOf("data:image/png,AAAA")).toBeUndefined();
  for (const head of [
    "DATA:image/png;BASE64,",
    " data:image/png; base64,",
    "data: image/png ;base64 ,",
    "\ndata:image/png;charset=utf-8;base64,",
  ]) {
    expect(headOf(`${head} AAAA`)).toEqual({ length: head.length, declaredType: "image/png" });
  }
});
