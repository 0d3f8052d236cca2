// Tests that base64 made piece by piece is the base64 of the whole.

import { Readable } from "node:stream";

import fc from "fast-check";
import { expect, it } from "vitest";

import { toBase64 } from "./base64-answer.ts";

it("pieces of any length encode like the whole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 9 }),
      async (pieces) => {
        const buffers = pieces.map((piece) => Buffer.from(piece));
        let text = "";
        for await (const part of toBase64(Readable.from(buffers))) text += part;
        expect(text).toBe(Buffer.concat(buffers).toString("base64"));
      },
    ),
  );
});
