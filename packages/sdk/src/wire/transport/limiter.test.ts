// Tests how many calls run at once, and that a place is never lost.

import { describe, expect, test } from "vitest";

import { failureOf } from "../../testing/client.ts";
import { createLimiter } from "./limiter.ts";

/** Makes a task that runs until it is told to end, and counts how many run at once. */
function gate() {
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const task = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
  };
  return { task, ends, most: () => most, running: () => running };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe("createLimiter", () => {
  test("runs at most so many at once, in order, and all of them in the end", async () => {
    const limit = createLimiter(3);
    const { task, ends, most, running } = gate();
    const order: number[] = [];
    const all = Array.from({ length: 10 }, (_, index) => limit(task).then(() => order.push(index)));
    await settle();
    expect(running()).toBe(3);
    for (let ended = 0; ended < 10; ended += 1) {
      ends[ended]!();
      await settle();
    }
    await Promise.all(all);
    expect(most()).toBe(3);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("gives its place on when a task fails", async () => {
    const limit = createLimiter(1);
    const first = failureOf(limit(() => Promise.reject(new Error("no"))));
    const second = limit(() => Promise.resolve("yes"));
    expect(await second).toBe("yes");
    expect(await first).toMatchObject({ message: "no" });
  });

  test("lets a queued task be aborted, surely unsent, without losing a place", async () => {
    const limit = createLimiter(1);
    const { task, ends } = gate();
    const running = limit(task);
    const controller = new AbortController();
    const queued = failureOf(limit(() => Promise.resolve(), controller.signal));
    const after = limit(() => Promise.resolve("after"));
    const aborted = failureOf(limit(() => Promise.resolve(), AbortSignal.abort()));
    await settle();
    controller.abort();
    expect(await queued).toMatchObject({ code: "cancelled", detail: { acceptance: "refused" } });
    expect(await aborted).toMatchObject({ code: "cancelled" });
    ends[0]!();
    await running;
    expect(await after).toBe("after");
  });
});
