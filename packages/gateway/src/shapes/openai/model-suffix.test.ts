// Tests what is read behind the name of a model.

import { models } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { readModelName } from "./model-suffix.ts";

describe("a model's name", () => {
  test.each(models.map(({ id, kind }) => [id, kind] as const))("%s is itself", (id, kind) => {
    expect(readModelName(id)).toEqual({ model: id, kind, editsPrevious: false });
    expect(readModelName(`${id}:16x9@2k`)).toMatchObject({
      model: id,
      kind,
      ratio: "16:9",
      resolution: "2k",
    });
  });

  test.each([
    ["jimeng-4.0@4K", { model: "jimeng-4.0", resolution: "4k" }],
    ["jimeng-4.0:2048x1152", { model: "jimeng-4.0", size: "2048x1152" }],
    ["jimeng-4.0:edit:3x2", { model: "jimeng-4.0", ratio: "3:2", editsPrevious: true }],
    ["jimeng-4.0:image", { model: "jimeng-4.0", kind: "image" }],
    ["jimeng-video-3.0:9x16:5s@720p", { model: "jimeng-video-3.0", ratio: "9:16", seconds: 5 }],
    ["jimeng:key/high_aes_general_v40", { model: "jimeng:key/high_aes_general_v40" }],
    ["jimeng:key/high_aes_general_v40@2k", { resolution: "2k" }],
    ["gpt-4o", { model: "gpt-4o" }],
    ["jimeng-4.0:nonsense", { model: "jimeng-4.0:nonsense" }],
    ["jimeng-4.0:video", { model: "jimeng-4.0:video" }],
    ["", { model: "jimeng-4.0" }],
    [undefined, { model: "jimeng-4.0" }],
  ])("%s", (name, expected) => {
    expect(readModelName(name)).toMatchObject(expected);
  });
});
