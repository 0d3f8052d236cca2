// Tests which options are taken, also by the compiler: every @ts-expect-error below is an error that a user would see.

import type { JSONObject } from "@ai-sdk/provider";
import { describe, expect, test } from "vitest";

import type { JimengImageOptions, JimengVideoOptions } from "../index.ts";
import { readImageOptions, readVideoOptions } from "./provider-options.ts";

describe("providerOptions.jimeng", () => {
  test("are taken as they are, without undefined ones", () => {
    const jimeng = {
      negativePrompt: "rain",
      priority: -10,
      account: undefined,
      metadata: { a: "b" },
    };
    expect(readImageOptions({ jimeng })).toEqual({
      negativePrompt: "rain",
      priority: -10,
      metadata: { a: "b" },
    });
    expect(readVideoOptions({ jimeng: { subjects: ["asset_1"] } })).toEqual({
      subjects: ["asset_1"],
    });
    expect(readImageOptions({ openai: { style: "vivid" } })).toEqual({});
  });

  test("are refused by name where one is unknown, or belongs to the other kind", () => {
    expect(() => readImageOptions({ jimeng: { subjects: ["a"] } })).toThrow(
      /^providerOptions\.jimeng\.subjects is not known: the options are account, resolution,/,
    );
    expect(() => readVideoOptions({ jimeng: { sequence: 4 } })).toThrow("sequence is not known");
    expect(() => readImageOptions({ jimeng: { constructor: "x" } })).toThrow("is not known");
  });

  test.each([
    [{ account: "" }, "a text"],
    [{ references: "asset_1" }, "a list of texts"],
    [{ priority: 11 }, "a whole number from -10 to 10"],
    [{ priority: 0.5 }, "a whole number from -10 to 10"],
    [{ maxCredits: -1 }, "a number of at least 0"],
    [{ sampleStrength: 2 }, "a number from 0 to 1"],
    [{ intelligentRatio: "yes" }, "true or false"],
    [{ outputFormat: "gif" }, "png or jpeg or webp"],
    [{ metadata: { a: 1 } }, "an object of texts"],
  ])("are refused with what they must be: %j", (options, wanted) => {
    expect(() => readImageOptions({ jimeng: options })).toThrow(`must be ${wanted}.`);
  });

  test("must be an object", () => {
    expect(() => readImageOptions({ jimeng: [] as never })).toThrow("must be an object");
  });
});

test("the types of options fit into providerOptions, and refuse what the checks refuse", () => {
  const image = { outputFormat: "webp", references: ["file_1"] } satisfies JimengImageOptions;
  const video = { subjects: ["asset_1"], maxCredits: 40 } satisfies JimengVideoOptions;
  const both: Record<string, JSONObject>[] = [{ jimeng: image }, { jimeng: video }];
  // @ts-expect-error an unknown option
  const unknown: JimengImageOptions = { nmae: "x" };
  // @ts-expect-error a format that no picture can be had in
  const format: JimengImageOptions = { outputFormat: "gif" };
  // @ts-expect-error a number for a text
  const account: JimengVideoOptions = { account: 1 };
  // @ts-expect-error an option of pictures
  const sequence: JimengVideoOptions = { sequence: 4 };
  expect([both, unknown, format, account, sequence]).toHaveLength(5);
});
