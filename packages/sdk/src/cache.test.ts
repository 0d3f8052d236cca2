// Tests one remembered value under many callers at once.

import { describe, expect, test } from "vitest";

import { Cached } from "./cache.ts";
import { failureOf, instantClock } from "./testing/client.ts";

describe("Cached", () => {
  test("loads once for all who ask at the same time, and again when it is old", async () => {
    const clock = instantClock();
    let loads = 0;
    const cached = new Cached(clock, async () => ({ value: (loads += 1), lifetimeMs: 30_000 }));
    expect(await Promise.all([cached.get(), cached.get(), cached.get()])).toEqual([1, 1, 1]);
    await clock.sleep(29_999);
    expect(await cached.get()).toBe(1);
    expect(cached.peek()).toBe(1);
    await clock.sleep(1);
    expect(cached.peek()).toBeUndefined();
    expect(await cached.get()).toBe(2);
    expect(await cached.get({ fresh: true })).toBe(3);
    cached.clear();
    expect(cached.peek()).toBeUndefined();
  });

  test("does not remember a failure", async () => {
    let loads = 0;
    const cached = new Cached(instantClock(), async () => {
      loads += 1;
      if (loads === 1) throw new Error("first");
      return { value: loads, lifetimeMs: 1 };
    });
    expect(await failureOf(cached.get())).toMatchObject({ message: "first" });
    expect(await cached.get()).toBe(2);
  });

  test("leaves the others alone when one caller aborts", async () => {
    let finish: (value: { value: string; lifetimeMs: number }) => void = () => {};
    const cached = new Cached<string>(
      instantClock(),
      () => new Promise((resolve) => (finish = resolve)),
    );
    const controller = new AbortController();
    const impatient = failureOf(cached.get({ signal: controller.signal }));
    const patient = cached.get();
    controller.abort();
    expect(await impatient).toMatchObject({ code: "cancelled" });
    finish({ value: "late", lifetimeMs: 1 });
    expect(await patient).toBe("late");
  });
});
