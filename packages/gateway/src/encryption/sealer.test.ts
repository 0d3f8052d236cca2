// Tests encryption at rest, with properties.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createSealer } from "./sealer.ts";

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

  test("opens with earlier keys, and says which texts the current key sealed", () => {
    const before = createSealer("a secret");
    const sealed = before.seal("fake-session", "main");
    const after = createSealer({ current: "another", previous: ["a secret"] });
    expect(after.open(sealed, "main")).toBe("fake-session");
    expect([before.isCurrent(sealed), after.isCurrent(sealed)]).toEqual([true, false]);
    expect(() => before.open(after.seal("x", "main"), "main")).toThrow(/another secret key/);
  });

  test("opens what a version before keys had names stored", () => {
    const stored = "AbzQSgI1F9F56ti5J0TMVFfyhfWsLTDGiq4CnqublKNOmG9fBPvEVm8=";
    const sealer = createSealer({ current: "another", previous: ["a secret"] });
    expect(sealer.open(stored, "main")).toBe("fake-session");
    expect(sealer.isCurrent(stored)).toBe(false);
    expect(() => createSealer("another").open(stored, "main")).toThrow(
      'The record "main" cannot be decrypted: the secret key is another, or the record was changed.',
    );
  });

  test("names the record, and tells another key, a cut text and a moved one apart", () => {
    const sealer = createSealer("a secret");
    const [one, other] = ["one", "other"].map((name) => sealer.seal("fake-session", name));
    expect(() => createSealer("another").open(one!, "one")).toThrow(
      'The record "one" cannot be decrypted: it was encrypted with another secret key.',
    );
    expect(() => sealer.open(one!.slice(0, 24), "one")).toThrow(
      'The record "one" cannot be decrypted: it is cut short or damaged.',
    );
    expect(() => sealer.open(other!, "one")).toThrow(
      'The record "one" cannot be decrypted: it was changed, or it belongs to another record.',
    );
  });
});
