// Tests what a job is called.

import { expect, test } from "vitest";

import { titleOf } from "./job-title.ts";

test("a job is called by its prompt, and one of a tool without a prompt by the tool", () => {
  const titleIn = (prompt: string, tool: string | null): string =>
    titleOf({ request: { prompt }, tool });
  expect(titleIn("a kite", null)).toBe("a kite");
  expect(titleIn("a piano", "music")).toBe("a piano");
  expect(titleIn("", "smart_hd")).toBe("Upscale with new details");
  expect(titleIn("", "one_of_tomorrow")).toBe("one_of_tomorrow");
  expect(titleIn("", null)).toBe("");
});
