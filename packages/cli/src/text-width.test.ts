// Proves that columns line up with Chinese text in them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, fitText, padText } from "./text-width.ts";

describe("text width", () => {
  it("counts Chinese characters and emoji as two columns and Latin letters as one", () => {
    expect(displayWidth("cat")).toBe(3);
    expect(displayWidth("猫咪")).toBe(4);
    expect(displayWidth("，")).toBe(2);
    expect(displayWidth("🐱")).toBe(2);
  });

  it("leaves a text that fits as it is and turns its line breaks into spaces", () => {
    expect(fitText("一只猫\n在花园", 20)).toBe("一只猫 在花园");
  });

  it("cuts between characters and never in the middle of a wide one", () => {
    expect(fitText("一只可爱的猫咪", 7)).toBe("一只可…");
    expect(fitText("一只可爱的猫咪", 6)).toBe("一只…");
  });

  it("never exceeds the columns given", () => {
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

  it("fills up to the columns by width, not by length", () => {
    expect(padText("猫", 4)).toBe("猫  ");
    expect(padText("too long", 3)).toBe("too long");
  });
});
