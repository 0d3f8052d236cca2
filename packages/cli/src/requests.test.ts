// Proves that a command line's words become the request they say.

import { describe, expect, it } from "vitest";
import {
  buildImageBody,
  buildVideoBody,
  largestSeed,
  positiveSeconds,
  wholeNumber,
} from "./requests.ts";

describe("request bodies", () => {
  it("carry every image option under the HTTP name and ask for the job at once", () => {
    expect(
      buildImageBody("一只猫", {
        model: "jimeng-4.0",
        ratio: "16:9",
        resolution: "2k",
        n: 2,
        seed: 7,
        negative: "blurry",
        account: "main",
      }),
    ).toEqual({
      model: "jimeng-4.0",
      prompt: "一只猫",
      ratio: "16:9",
      resolution: "2k",
      n: 2,
      seed: 7,
      negative_prompt: "blurry",
      account: "main",
      background: true,
    });
  });

  it("leave out what was not asked for, so that the gateway's own defaults hold", () => {
    expect(buildImageBody("a", { model: "m", size: "1024x768" })).toEqual({
      model: "m",
      prompt: "a",
      size: "1024x768",
      background: true,
    });
    expect(buildVideoBody("a", { model: "m" })).toEqual({ model: "m", prompt: "a" });
  });

  it("keep a seed of zero", () => {
    expect(buildVideoBody("a", { model: "m", seed: 0, seconds: 10 })).toEqual({
      model: "m",
      prompt: "a",
      seed: 0,
      seconds: 10,
    });
  });
});

describe("numbers", () => {
  it("are whole and within their bounds", () => {
    const read = wholeNumber(1, 10);
    expect(read("10")).toBe(10);
    for (const wrong of ["0", "11", "1.5", "-1", "", "two", "0x5", " 3"]) {
      expect(() => read(wrong)).toThrow("whole number from 1 to 10");
    }
    expect(wholeNumber(0, largestSeed)("4294967295")).toBe(largestSeed);
  });

  it("of seconds may be fractions and never negative", () => {
    expect(positiveSeconds("2.5")).toBe(2.5);
    for (const wrong of ["-1", "", "soon"])
      expect(() => positiveSeconds(wrong)).toThrow("number of seconds");
  });
});
