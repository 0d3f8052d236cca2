// Tests which words options take, and what they become.

import { describe, expect, test } from "vitest";

import {
  collectFrame,
  decimalNumber,
  maxSeed,
  pixels,
  portNumber,
  positiveSeconds,
  dateOf,
  wholeNumber,
} from "./option-values.ts";

describe("numbers", () => {
  test("are whole and within their bounds", () => {
    const read = wholeNumber("--count", 1, 10);
    expect(read("10")).toBe(10);
    for (const wrong of ["0", "11", "1.5", "-1", "", "two", "0x5", " 3"]) {
      expect(() => read(wrong)).toThrow("whole number from 1 to 10");
    }
    expect(wholeNumber("--pitch", -100, 100)("-12")).toBe(-12);
    expect(wholeNumber("--seed", 0, maxSeed)("4294967295")).toBe(maxSeed);
  });

  test("of seconds may be fractions and never negative", () => {
    expect(positiveSeconds("--image-seconds")("2.5")).toBe(2.5);
    for (const wrong of ["-1", "", "soon"])
      expect(() => positiveSeconds("--image-seconds")(wrong)).toThrow("number of seconds");
  });

  test("may be fractions where shares are meant, within their bounds", () => {
    const read = decimalNumber("--detail", 0, 1);
    expect(["0", ".5", "0.65", "1"].map(read)).toEqual([0, 0.5, 0.65, 1]);
    for (const wrong of ["1.01", "-0.5", "1e-1", "", ".", "half"]) {
      expect(() => read(wrong)).toThrow("a number from 0 to 1");
    }
  });

  test("of pixels are two", () => {
    expect(pixels("1024x768")).toEqual({ width: 1024, height: 768 });
    for (const wrong of ["1024", "1024x", "auto", "-1x5"]) {
      expect(() => pixels(wrong)).toThrow("a width and a height in pixels");
    }
  });

  test("of ports end with the largest there is", () => {
    expect(portNumber("65535")).toBe(65_535);
    expect(() => portNumber("65536")).toThrow("whole number from 0 to 65535");
  });
});

describe("frames", () => {
  test.each([
    ["a.png", { image: "a.png" }],
    ["a.png:3", { image: "a.png", seconds: 3 }],
    ["a.png:2.5:she turns: slowly", { image: "a.png", seconds: 2.5, prompt: "she turns: slowly" }],
    ["C:\\a.png:2", { image: "C:\\a.png", seconds: 2 }],
    ["https://x.example:8443/a.png", { image: "https://x.example:8443/a.png" }],
    [
      "https://x.example/a.png:4:go",
      { image: "https://x.example/a.png", seconds: 4, prompt: "go" },
    ],
  ])("are read from %s", (word, frame) => {
    expect(collectFrame(word, [{ image: "b" }])).toEqual([{ image: "b" }, frame]);
  });
});

describe("dates", () => {
  test("become Unix seconds, and nothing else is one", () => {
    expect(dateOf("--since")("2026-11-01")).toBe(Date.UTC(2026, 10, 1) / 1000);
    expect(() => dateOf("--since")("yesterday")).toThrow("a date such as");
  });
});
