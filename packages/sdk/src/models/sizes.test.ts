// Tests the pixel tables and the choice of the nearest size, with properties.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { models } from "./models.ts";
import { nearestSize, sizes2k, sizes4k, smallSizes1k } from "./sizes.ts";

const sizes = { "1k": smallSizes1k, "2k": sizes2k, "4k": sizes4k };

describe("nearestSize", () => {
  test("finds every size of the tables exactly", () => {
    for (const model of models) {
      for (const [resolution, byRatio] of Object.entries(model.sizes)) {
        for (const [ratio, size] of Object.entries(byRatio)) {
          expect(nearestSize(model.sizes, size)).toMatchObject({
            ...size,
            ratio,
            resolution,
            exact: true,
          });
        }
      }
    }
  });

  test.each([
    [1792, 1024, "16:9", "2k"],
    [1920, 1080, "16:9", "2k"],
    [1000, 1000, "1:1", "1k"],
    [5000, 5000, "1:1", "4k"],
    [1024, 1792, "9:16", "2k"],
    [500, 400, "4:3", "1k"],
  ])("maps %ix%i to %s at %s, ratio before area", (width, height, ratio, resolution) => {
    expect(nearestSize(sizes, { width, height })).toMatchObject({
      ratio,
      resolution,
      exact: false,
    });
  });

  test("never turns a picture on its side", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16384 }),
        fc.integer({ min: 1, max: 16384 }),
        (width, height) => {
          const choice = nearestSize(sizes, { width, height });
          if (choice === undefined) return;
          if (width / height > 1.06) expect(choice.width).toBeGreaterThan(choice.height);
          if (height / width > 1.06) expect(choice.height).toBeGreaterThan(choice.width);
          const distance = Math.abs(Math.log(width / height / (choice.width / choice.height)));
          expect(distance).toBeLessThan(Math.log(1.16));
        },
      ),
    );
  });
});

describe("the models", () => {
  test("have unique names, a size for every ratio and resolution, and a default among them", () => {
    const names = models.flatMap((model) => [model.id, ...model.aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const model of models) {
      expect(model.resolutions).toContain(model.defaultResolution);
      expect(Object.keys(model.sizes).toSorted()).toEqual(model.resolutions.toSorted());
      expect(model.counts.options).toContain(model.counts.default);
      for (const resolution of model.resolutions) {
        expect(Object.keys(model.sizes[resolution]!).toSorted()).toEqual(model.ratios.toSorted());
      }
      expect(model.kind === "video").toBe(model.durationsSeconds.length > 0);
    }
  });
});
