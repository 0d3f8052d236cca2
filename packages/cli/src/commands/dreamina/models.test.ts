// Tests that the versions of the site's own CLI are found among our models.

import { expect, test } from "vitest";

import { toImageModel, toVideoModel } from "./models.ts";

test("versions are found among our models", () => {
  expect(["5.0", "4.6", "jimeng-3.1", undefined].map(toImageModel)).toEqual([
    "jimeng-5.0",
    "jimeng-4.6",
    "jimeng-3.1",
    "jimeng-4.0",
  ]);
  expect(
    ["seedance2.0fast_vip", "seedance2.0", "3.5pro", "3.0", "wan-3.0"].map(toVideoModel),
  ).toEqual([
    "jimeng-video-seedance-2.0-fast-vip",
    "jimeng-video-seedance-2.0",
    "jimeng-video-3.5-pro",
    "jimeng-video-3.0",
    "wan-3.0",
  ]);
});
