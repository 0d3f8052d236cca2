// Tests that a command line's words become the request they say.

import { describe, expect, test } from "vitest";

import { buildImageBody, buildVideoBody } from "./requests.ts";

describe("request bodies", () => {
  test("carry every image option under the HTTP name and ask for the job at once", () => {
    expect(
      buildImageBody("一只猫", {
        model: "jimeng-4.0",
        ratio: "16:9",
        resolution: "2k",
        count: 2,
        seed: 7,
        negative: "blurry",
        account: "main",
        maxCredits: 8,
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
      max_credits: 8,
      background: true,
    });
  });

  test("carry references as the gateway calls them", () => {
    const image = buildImageBody("a", { model: "m", ref: ["file_1", "https://x.example/a.png"] });
    expect(image).toMatchObject({ references: ["file_1", "https://x.example/a.png"] });
    const frame = [{ image: "file_3", seconds: 2, prompt: "turn" }];
    const options = { model: "m", first: "file_1", last: "file_2", subject: ["file_4"], frame };
    expect(buildVideoBody("a", options)).toEqual({
      model: "m",
      prompt: "a",
      first_frame: "file_1",
      last_frame: "file_2",
      subjects: ["file_4"],
      frames: frame,
    });
  });

  test("leave out what was not asked for, so that the gateway's own defaults hold", () => {
    expect(buildImageBody("a", { model: "m", size: "1024x768" })).toEqual({
      model: "m",
      prompt: "a",
      size: "1024x768",
      background: true,
    });
    expect(buildVideoBody("a", { model: "m" })).toEqual({ model: "m", prompt: "a" });
  });

  test("keep a seed of zero", () => {
    expect(buildVideoBody("a", { model: "m", seed: 0, seconds: 10 })).toEqual({
      model: "m",
      prompt: "a",
      seed: 0,
      seconds: 10,
    });
  });
});
