// Tests that columns line up with Chinese text in them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { displayWidth, fitText, padText } from "./text-width.ts";

describe("text width", () => {
  test("counts Chinese characters and emoji as two columns and Latin letters as one", () => {
    expect(displayWidth("cat")).toBe(3);
    expect(displayWidth("猫咪")).toBe(4);
    expect(displayWidth("，")).toBe(2);
    expect(displayWidth("🐱")).toBe(2);
  });

  test("leaves a text that fits as it is and turns its line breaks into spaces", () => {
    expect(fitText("一只猫\n在花园", 20)).toBe("一只猫 在花园");
  });

  test("cuts between characters and never in the middle of a wide one", () => {
    expect(fitText("一只可爱的猫咪", 7)).toBe("一只可…");
    expect(fitText("一只可爱的猫咪", 6)).toBe("一只…");
  });

  test("never exceeds the columns given", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 2, max: 60 }),
        (text, columns) => {
          expect(displayWidth(fitText(text, columns))).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  test("fills up to the columns by width, not by length", () => {
    expect(padText("猫", 4)).toBe("猫  ");
    expect(padText("too long", 3)).toBe("too long");
  });
});
