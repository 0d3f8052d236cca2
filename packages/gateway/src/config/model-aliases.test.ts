// Tests the owner's names for models.

import { JimengError } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { parseModelAliases } from "./model-aliases.ts";

describe("names for models", () => {
  test("are pairs, in any case, with any id or alias of a model", () => {
    const text = "GPT-Image-1=jimeng-5.0, dall-e-3 = jimeng-4.0\nsora-2=jimeng-video-3.0,";
    expect(Object.fromEntries(parseModelAliases("A", text))).toEqual({
      "gpt-image-1": "jimeng-5.0",
      "dall-e-3": "jimeng-4.0",
      "sora-2": "jimeng-video-3.0",
    });
    expect(parseModelAliases("A", "").size).toBe(0);
  });

  test.each([
    "gpt-image-1",
    "=jimeng-4.0",
    "gpt image=jimeng-4.0",
    "a=b=c",
    "gpt-image-1=gpt-image-2-of-somebody",
    "a=jimeng-4.0,A=jimeng-5.0",
    "jimeng-4.0=jimeng-5.0",
  ])("%s is refused", (text) => {
    expect(() => parseModelAliases("JIMENG_MODEL_ALIASES", text)).toThrow(JimengError);
  });
});
