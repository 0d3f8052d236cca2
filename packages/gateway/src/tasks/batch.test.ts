// Tests that what is asked for at one moment is done as one, and that nothing is forgotten.

import { describe, expect, test } from "vitest";

import { Batch } from "./batch.ts";

describe("a batch", () => {
  test("handles together what came at one moment, and what came meanwhile in the next group", async () => {
    const groups: number[][] = [];
    let release = () => {};
    const batch = new Batch<number>((items) => {
      groups.push(items);
      return new Promise((resolve) => (release = resolve));
    });
    const first = [batch.add(1), batch.add(2)];
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const later = [batch.add(3), batch.add(4)];
    expect(groups).toEqual([[1, 2]]);
    expect(batch.isEmpty()).toBe(false);
    release();
    await Promise.all(first);
    while (groups.length < 2) await new Promise((resolve) => setImmediate(resolve));
    release();
    await Promise.all(later);
    await batch.flush();
    expect(groups).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(batch.isEmpty()).toBe(true);
  });
});
