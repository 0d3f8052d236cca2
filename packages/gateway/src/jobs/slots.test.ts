// Tests the places for paid posts per account.

import { describe, expect, test } from "vitest";

import { Slots } from "./slots.ts";

function make(perAccount = 1) {
  const woken: string[] = [];
  return { woken, slots: new Slots(perAccount, (id) => woken.push(id)) };
}

describe("places per account", () => {
  test("are bounded, and taken on the first candidate that has one", () => {
    const { slots } = make(2);
    expect(slots.take(["one", "two"], "a")).toBe("one");
    expect(slots.take(["one", "two"], "b")).toBe("one");
    expect(slots.take(["one", "two"], "c")).toBe("two");
    expect(slots.take(["one"], "d")).toBeUndefined();
  });

  test("go to who waited first, and are kept for it", () => {
    const { slots, woken } = make();
    slots.take(["one"], "a");
    expect(slots.take(["one"], "b")).toBeUndefined();
    expect(slots.take(["one"], "c")).toBeUndefined();
    slots.release("one");
    expect(woken).toEqual(["b"]);
    expect(slots.take(["one"], "latecomer")).toBeUndefined();
    expect(slots.take(["one"], "b")).toBe("one");
    slots.release("one");
    expect(woken).toEqual(["b", "c"]);
  });

  test("kept for somebody who needs none any more go to the next", () => {
    const { slots, woken } = make();
    slots.take(["one"], "a");
    slots.take(["one"], "b");
    slots.take(["one"], "c");
    slots.release("one");
    slots.forget("b");
    expect(woken).toEqual(["b", "c"]);
  });

  test("who leaves while waiting is not woken", () => {
    const { slots, woken } = make();
    slots.take(["one"], "a");
    slots.take(["one"], "b");
    slots.forget("b");
    slots.release("one");
    expect(woken).toEqual([]);
    expect(slots.take(["one"], "c")).toBe("one");
  });

  test("who waits for several accounts gets the first that is free, once", () => {
    const { slots, woken } = make();
    slots.take(["one"], "a");
    slots.take(["two"], "b");
    slots.take(["one", "two"], "c");
    slots.release("two");
    slots.release("one");
    expect(woken).toEqual(["c"]);
    expect(slots.take(["one", "two"], "c")).toBe("two");
    expect(slots.take(["one"], "d")).toBe("one");
  });
});
