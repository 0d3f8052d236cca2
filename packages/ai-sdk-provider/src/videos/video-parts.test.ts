// Tests the sizes that pixels become, and which addresses the AI SDK may be given.

import { describe, expect, test } from "vitest";

import { isPublicUrl } from "./public-url.ts";
import { toNearestSize } from "./video-size.ts";

const facts = { resolutions: ["480p", "720p", "1080p"], ratios: ["16:9", "9:16", "1:1"] };

describe("a resolution in pixels", () => {
  test.each([
    ["1280x720", "720p", "16:9", 0],
    ["854x480", "480p", "16:9", 0],
    ["1080x1920", "1080p", "9:16", 0],
    ["1000x1000", "1080p", "1:1", 1],
    ["3840x2160", "1080p", "16:9", 1],
    ["1300x700", "720p", "16:9", 1],
  ])("%s is %s at %s", (pixels, resolution, ratio, warnings) => {
    const nearest = toNearestSize(pixels, undefined, facts);
    expect(nearest).toMatchObject({ resolution, ratio });
    expect(nearest?.warnings).toHaveLength(warnings);
  });

  test("leaves a ratio that the caller named alone, and tells of the difference", () => {
    const nearest = toNearestSize("1280x720", "1:1", facts);
    expect(nearest).toMatchObject({ resolution: "720p", ratio: undefined });
    expect(nearest?.warnings).toHaveLength(1);
  });

  test("is left to the gateway where a model lists nothing", () => {
    expect(toNearestSize("1280x720", undefined, { resolutions: [], ratios: [] })).toBeUndefined();
  });
});

test.each([
  ["https://jimeng.example.com/v1/assets/asset_1?sig=x", true],
  ["https://8.8.8.8/v1", true],
  ["https://[2606:4700::1]/v1", true],
  ["http://jimeng.example.com/v1", false],
  ["https://127.0.0.1/v1", false],
  ["https://2130706433/v1", false],
  ["https://192.168.1.5/v1", false],
  ["https://172.20.0.2/v1", false],
  ["https://100.100.0.1/v1", false],
  ["https://[::1]/v1", false],
  ["https://[::ffff:10.0.0.1]/v1", false],
  ["https://[fd00::1]/v1", false],
  ["https://localhost/v1", false],
  ["https://box.local/v1", false],
  ["https://gateway/v1", false],
  ["no url", false],
])("%s is public: %s", (url, expected) => {
  expect(isPublicUrl(url)).toBe(expected);
});
