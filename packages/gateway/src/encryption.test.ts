// Tests encryption at rest, with properties.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createSealer } from "./encryption.ts";

describe("a sealer", () => {
  test("decrypts what it encrypted, and the result does not contain the text", () => {
    const sealer = createSealer("a secret");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, name) => {
        const sealed = sealer.seal(text, name);
        expect(sealer.open(sealed, name)).toBe(text);
        if (text.length > 3)
          expect(Buffer.from(sealed, "base64").toString("utf8")).not.toContain(text);
      }),
    );
  });

  test("never returns the same text twice", () => {
    const sealer = createSealer("a secret");
    expect(sealer.seal("x", "n")).not.toBe(sealer.seal("x", "n"));
  });

  test("refuses another name, another secret, and any changed byte", () => {
    const sealer = createSealer("a secret");
    const sealed = sealer.seal("fake-session", "main");
    expect(() => sealer.open(sealed, "other")).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
    expect(() => createSealer("another").open(sealed, "main")).toThrow(/cannot be decrypted/);
    const bytes = Buffer.from(sealed, "base64");
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed[at]! ^ 1) & 0xff, at);
      expect(() => sealer.open(changed.toString("base64"), "main")).toThrow(/cannot be decrypted/);
    }
    expect(() => sealer.open("", "main")).toThrow(/cannot be decrypted/);
  });
});
