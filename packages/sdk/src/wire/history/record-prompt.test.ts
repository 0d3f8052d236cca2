// Tests where the prompt of a history record is found.

import { describe, expect, test } from "vitest";

import { parseRecordPrompt } from "./record-prompt.ts";

const draft = (value: unknown) => ({ draft_content: JSON.stringify(value) });

describe("the prompt of a record", () => {
  test("is what its items say, without the marks of reference pictures", () => {
    const items = [{ common_attr: {} }, { common_attr: { description: "####a cat, painted" } }];
    expect(parseRecordPrompt({ item_list: items, ...draft({ prompt: "other" }) })).toBe(
      "a cat, painted",
    );
  });

  test("is the draft's where no item is shown, at whatever depth", () => {
    const image = { abilities: { generate: { core_param: { prompt: "a cat" } } } };
    const video = {
      abilities: {
        gen_video: { text_to_video_params: { video_gen_inputs: [{ prompt: "waves" }] } },
      },
    };
    expect(parseRecordPrompt(draft({ component_list: [image] }))).toBe("a cat");
    expect(parseRecordPrompt(draft({ component_list: [{ prompt: "" }, video] }))).toBe("waves");
  });

  test.each([null, "garbage", {}, { draft_content: "{" }, { item_list: [7], draft_content: 3 }])(
    "is null where %j tells none",
    (value) => expect(parseRecordPrompt(value)).toBeNull(),
  );
});
