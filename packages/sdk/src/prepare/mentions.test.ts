// Tests how `@` mentions split a prompt, with properties.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { splitMentions } from "./mentions.ts";

describe("splitMentions", () => {
  test("counts by kind when a kind is named and over all when none is", () => {
    expect(
      splitMentions("let @图片2 dance like @视频1 to @audio1, as in @3", [
        "image",
        "image",
        "video",
        "audio",
      ]),
    ).toEqual([
      { reference: 0 },
      { text: "let " },
      { reference: 1 },
      { text: " dance like " },
      { reference: 2 },
      { text: " to " },
      { reference: 3 },
      { text: ", as in " },
      { reference: 2 },
    ]);
  });

  test("puts references that are not mentioned first, in order", () => {
    expect(splitMentions("run", ["image", "video"])).toEqual([
      { reference: 0 },
      { reference: 1 },
      { text: "run" },
    ]);
  });

  test.each(["@3", "@video1", "@图片0"])(
    "refuses %s when there is no such reference",
    (mention) => {
      expect(() => splitMentions(`see ${mention}`, ["image", "image"])).toThrow(
        expect.objectContaining({
          code: "invalid_request",
          detail: expect.objectContaining({ param: "prompt" }),
        }),
      );
    },
  );

  test("leaves other at-signs alone and loses no words", () => {
    expect(splitMentions("mail me@home", [])).toEqual([{ text: "mail me@home" }]);
    fc.assert(
      fc.property(fc.string(), (prompt) => {
        fc.pre(!/@/.test(prompt));
        const words = splitMentions(prompt, ["image"]).flatMap((part) =>
          "text" in part ? [part.text] : [],
        );
        expect(words.join("")).toBe(prompt);
      }),
    );
  });
});
