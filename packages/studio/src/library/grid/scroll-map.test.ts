// Tests scrolling content that is taller than a browser's tallest element.

import { expect, test } from "vitest";

import { elementHeight, isAtEdge, offsetAt, placeFor, tallestElement } from "./scroll-map.ts";

const small = { content: 5000, view: 800, limit: 10_000 };
const tall = { content: 12_000_000, view: 800, limit: 4_000_000 };

test("content that fits is scrolled as it is", () => {
  expect(elementHeight(small)).toBe(5000);
  expect(placeFor(small, 1234)).toEqual({ scrollTop: 1234, base: 0 });
  expect(placeFor(small, 9999)).toEqual({ scrollTop: 4200, base: 0 });
  expect(isAtEdge(small, { scrollTop: 0, base: 0 })).toBe(false);
});

test("every place of taller content is reached, the first and the last row too", () => {
  expect(elementHeight(tall)).toBe(4_000_000);
  for (const offset of [0, 1, 799, 3_000_000, 6_000_000, 11_999_199, 11_999_200]) {
    const place = placeFor(tall, offset);
    expect(offsetAt(tall, place)).toBe(offset);
    expect(place.scrollTop).toBeGreaterThanOrEqual(0);
    expect(place.scrollTop).toBeLessThanOrEqual(tall.limit - tall.view);
  }
  expect(placeFor(tall, 0).scrollTop).toBe(0);
  expect(placeFor(tall, 11_999_200).scrollTop).toBe(tall.limit - tall.view);
});

test("a small movement is exact, and the base moves before an end of the element stops it", () => {
  const place = placeFor(tall, 6_000_000);
  const moved = { ...place, scrollTop: place.scrollTop + 120 };
  expect(offsetAt(tall, moved)).toBe(6_000_120);
  expect(isAtEdge(tall, moved)).toBe(false);
  expect(isAtEdge(tall, { scrollTop: 100, base: place.base })).toBe(true);
  expect(isAtEdge(tall, { scrollTop: tall.limit - 900, base: place.base })).toBe(true);
  expect(isAtEdge(tall, placeFor(tall, 0))).toBe(false);
  expect(isAtEdge(tall, placeFor(tall, 11_999_200))).toBe(false);
});

test("a phone with three device pixels for one gets a third of the height", () => {
  expect(tallestElement(3) * 3).toBe(tallestElement(1));
  expect(tallestElement(1)).toBeLessThan(17_895_697);
});
