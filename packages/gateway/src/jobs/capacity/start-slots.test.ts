// Tests the slots for paid posts per account.

import { describe, expect, test } from "vitest";

import type { QueuedJob } from "./fair-queue.ts";
import { StartSlots } from "./start-slots.ts";

function make(perAccount = 1) {
  const woken: string[] = [];
  return { woken, slots: new StartSlots(perAccount, (id) => woken.push(id)) };
}

const job = (id: string, changes: Partial<QueuedJob> = {}): QueuedJob => ({
  id,
  priority: 0,
  keyId: null,
  ...changes,
});

describe("start slots", () => {
  test("are bounded, and taken on the first candidate that has one", () => {
    const { slots } = make(2);
    expect(slots.take(["one", "two"], job("a"))).toBe("one");
    expect(slots.take(["one", "two"], job("b"))).toBe("one");
    expect(slots.take(["one", "two"], job("c"))).toBe("two");
    expect(slots.take(["one"], job("d"))).toBeUndefined();
  });

  test("go to the job that waited first, and are kept for it", () => {
    const { slots, woken } = make();
    slots.take(["one"], job("a"));
    expect(slots.take(["one"], job("b"))).toBeUndefined();
    expect(slots.take(["one"], job("c"))).toBeUndefined();
    slots.release("one");
    expect(woken).toEqual(["b"]);
    expect(slots.take(["one"], job("latecomer"))).toBeUndefined();
    expect(slots.take(["one"], job("b"))).toBe("one");
    slots.release("one");
    expect(woken).toEqual(["b", "c"]);
  });

  test("kept for a job that needs none any more go to the next", () => {
    const { slots, woken } = make();
    slots.take(["one"], job("a"));
    slots.take(["one"], job("b"));
    slots.take(["one"], job("c"));
    slots.release("one");
    slots.forget("b");
    expect(woken).toEqual(["b", "c"]);
  });

  test("do not wake a job that left while it waited", () => {
    const { slots, woken } = make();
    slots.take(["one"], job("a"));
    slots.take(["one"], job("b"));
    slots.forget("b");
    slots.release("one");
    expect(woken).toEqual([]);
    expect(slots.take(["one"], job("c"))).toBe("one");
  });

  test("of several accounts: a job that waits for them gets the first that is free, once", () => {
    const { slots, woken } = make();
    slots.take(["one"], job("a"));
    slots.take(["two"], job("b"));
    slots.take(["one", "two"], job("c"));
    slots.release("two");
    slots.release("one");
    expect(woken).toEqual(["c"]);
    expect(slots.take(["one", "two"], job("c"))).toBe("two");
    expect(slots.take(["one"], job("d"))).toBe("one");
  });
});
