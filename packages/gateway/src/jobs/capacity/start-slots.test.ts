// Tests the places for paid posts per account.

import { describe, expect, test } from "vitest";

import type { Waiting } from "./fair-queue.ts";
import { StartSlots } from "./start-slots.ts";

function make(perAccount = 1) {
  const woken: string[] = [];
  return { woken, slots: new StartSlots(perAccount, (id) => woken.push(id)) };
}

const who = (id: string, changes: Partial<Waiting> = {}): Waiting => ({
  id,
  priority: 0,
  keyId: null,
  ...changes,
});

describe("places per account", () => {
  test("are bounded, and taken on the first candidate that has one", () => {
    const { slots } = make(2);
    expect(slots.take(["one", "two"], who("a"))).toBe("one");
    expect(slots.take(["one", "two"], who("b"))).toBe("one");
    expect(slots.take(["one", "two"], who("c"))).toBe("two");
    expect(slots.take(["one"], who("d"))).toBeUndefined();
  });

  test("go to who waited first, and are kept for it", () => {
    const { slots, woken } = make();
    slots.take(["one"], who("a"));
    expect(slots.take(["one"], who("b"))).toBeUndefined();
    expect(slots.take(["one"], who("c"))).toBeUndefined();
    slots.release("one");
    expect(woken).toEqual(["b"]);
    expect(slots.take(["one"], who("latecomer"))).toBeUndefined();
    expect(slots.take(["one"], who("b"))).toBe("one");
    slots.release("one");
    expect(woken).toEqual(["b", "c"]);
  });

  test("kept for somebody who needs none any more go to the next", () => {
    const { slots, woken } = make();
    slots.take(["one"], who("a"));
    slots.take(["one"], who("b"));
    slots.take(["one"], who("c"));
    slots.release("one");
    slots.forget("b");
    expect(woken).toEqual(["b", "c"]);
  });

  test("who leaves while waiting is not woken", () => {
    const { slots, woken } = make();
    slots.take(["one"], who("a"));
    slots.take(["one"], who("b"));
    slots.forget("b");
    slots.release("one");
    expect(woken).toEqual([]);
    expect(slots.take(["one"], who("c"))).toBe("one");
  });

  test("who waits for several accounts gets the first that is free, once", () => {
    const { slots, woken } = make();
    slots.take(["one"], who("a"));
    slots.take(["two"], who("b"));
    slots.take(["one", "two"], who("c"));
    slots.release("two");
    slots.release("one");
    expect(woken).toEqual(["c"]);
    expect(slots.take(["one", "two"], who("c"))).toBe("two");
    expect(slots.take(["one"], who("d"))).toBe("one");
  });
});
