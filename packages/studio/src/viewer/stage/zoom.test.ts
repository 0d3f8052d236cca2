// Tests zooming and moving.

import { expect, test } from "vitest";

import { actualScale, clampZoom, moveZoom, whole, zoomAt } from "./zoom.ts";

const sizes = { frame: { width: 1000, height: 500 }, picture: { width: 4000, height: 1000 } };

test("the whole picture is the smallest scale, and cannot be moved", () => {
  expect(zoomAt(sizes, whole, { factor: 0.1, x: 50, y: 0 })).toEqual(whole);
  expect(moveZoom(sizes, whole, { x: 100, y: 100 })).toEqual(whole);
  expect(actualScale(sizes)).toBe(4);
  expect(actualScale({ ...sizes, picture: { width: 10, height: 10 } })).toBe(1);
});

test("the point under the pointer stays where it is", () => {
  const zoomed = zoomAt(sizes, whole, { factor: 4, x: 200, y: 0 });
  // 200 pixels from the middle before is 800 after, of which 600 are moved away.
  expect(zoomed).toEqual({ scale: 4, x: -600, y: 0 });
  expect(zoomAt(sizes, zoomed, { factor: 0.25, x: 200, y: 0 })).toEqual(whole);
});

test("no edge comes further inside than needed, and a pixel grows eightfold at most", () => {
  expect(clampZoom(sizes, { scale: 4, x: 99_999, y: -99_999 })).toEqual({
    scale: 4,
    x: 1500,
    y: -250,
  });
  expect(zoomAt(sizes, whole, { factor: 1e6, x: 0, y: 0 }).scale).toBe(32);
});
