// Tests that errors and warnings name parameters as each family of clients does.

import { JimengError } from "@jimeng/sdk";
import { expect, test } from "vitest";

import { toDialectError, toWarningObjects } from "./dialect.ts";
import { nativeDialect } from "./native/names.ts";
import { openaiDialect } from "./openai/names.ts";

test.each([
  ["image", "count", "n", "count"],
  ["image", "width", "size", "width"],
  ["image", "references", "image", "image"],
  ["video", "references", "references", "references"],
  ["video", "durationSeconds", "seconds", "duration_seconds"],
  ["video", "firstFrame", "first_frame", "first_frame"],
  ["image", "negativePrompt", "negative_prompt", "negative_prompt"],
  ["image", "constructor", "constructor", "constructor"],
] as const)("of %s %s is OpenAI's %s and our %s", (kind, param, openai, native) => {
  expect(openaiDialect.toParam(kind, param)).toBe(openai);
  expect(nativeDialect.toParam(kind, param)).toBe(native);
});

test("an error keeps everything but the name, which changes in its words too", () => {
  const error = new JimengError("invalid_request", "count must be 1.", {
    param: "count",
    fix: "Set count.",
    charged: "no",
  });
  const told = toDialectError(openaiDialect, "image", error);
  expect(told).toMatchObject({
    code: "invalid_request",
    message: "n must be 1.",
    detail: { param: "n", fix: "Set n.", charged: "no" },
  });
  expect(toDialectError(nativeDialect, "image", error)).toBe(error);
});

test("a warning has the dialect's name, or none", () => {
  const warnings = [
    { code: "count_rounded_up", param: "count", message: "Four." },
    { code: "imported", message: "Made on the site." },
  ];
  expect(toWarningObjects(openaiDialect, "image", warnings)).toEqual([
    { code: "count_rounded_up", param: "n", message: "Four." },
    warnings[1],
  ]);
});
