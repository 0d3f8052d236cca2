// Tests the in-process dispatcher on a clock that stands still.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createInProcessDispatcher } from "./dispatcher.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { ManualClock } from "../testing/manual-clock.ts";

function make(concurrency?: number) {
  const clock = new ManualClock(0);
  return {
    clock,
    dispatcher: createInProcessDispatcher({ clock, logger: silentLogger, concurrency }),
  };
}

describe("the in-process dispatcher", () => {
  test("runs each task at its time, in order, with one timer", async () => {
    const { clock, dispatcher } = make();
    const ran: [string, number][] = [];
    dispatcher.schedule("late", 300);
    dispatcher.schedule("early", 100);
    dispatcher.start(async (task) => void ran.push([task, clock.now()]));
    dispatcher.schedule("middle", 200);
    expect(clock.timers).toBe(1);
    await clock.advance(1000);
    expect(ran).toEqual([
      ["early", 100],
      ["middle", 200],
      ["late", 300],
    ]);
  });

  test("of two wishes for one task the earlier holds, and it runs once", async () => {
    const { clock, dispatcher } = make();
    const ran: number[] = [];
    dispatcher.start(async () => void ran.push(clock.now()));
    dispatcher.schedule("task", 500);
    dispatcher.schedule("task", 100);
    dispatcher.schedule("task", 900);
    await clock.advance(2000);
    expect(ran).toEqual([100]);
  });

  test("never runs one task twice at a moment; a wish made meanwhile runs afterwards", async () => {
    const { clock, dispatcher } = make();
    const finish: (() => void)[] = [];
    let running = 0;
    let most = 0;
    dispatcher.start(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running--;
    });
    dispatcher.schedule("task", 0);
    await clock.advance(10);
    dispatcher.schedule("task", clock.now());
    await clock.advance(10);
    expect(finish).toHaveLength(1);
    finish.shift()!();
    await clock.advance(10);
    expect(finish).toHaveLength(1);
    expect(most).toBe(1);
    finish.shift()!();
  });

  test("holds to its bound and goes on as tasks end", async () => {
    const { clock, dispatcher } = make(2);
    const finish: (() => void)[] = [];
    dispatcher.start(() => new Promise<void>((resolve) => finish.push(resolve)));
    for (const task of ["a", "b", "c"]) dispatcher.schedule(task, 0);
    await clock.advance(1);
    expect(finish).toHaveLength(2);
    finish.shift()!();
    await clock.advance(1);
    expect(finish).toHaveLength(2);
    finish.forEach((end) => end());
  });

  test("a task that throws is tried again", async () => {
    const { clock, dispatcher } = make();
    let tries = 0;
    dispatcher.start(async () => {
      if (++tries === 1) throw new Error("disk full");
    });
    dispatcher.schedule("task", 0);
    await clock.advance(5000);
    expect(tries).toBe(2);
  });

  test("stop waits for the tasks in hand and claims no more", async () => {
    const { clock, dispatcher } = make();
    const ran: string[] = [];
    let finish = () => {};
    dispatcher.start(async (task) => {
      ran.push(task);
      await new Promise<void>((resolve) => (finish = resolve));
    });
    dispatcher.schedule("now", 0);
    dispatcher.schedule("later", 50);
    await clock.advance(10);
    let stopped = false;
    const stopping = dispatcher.stop().then(() => (stopped = true));
    await clock.advance(100);
    expect(stopped).toBe(false);
    finish();
    await stopping;
    await clock.advance(100);
    expect(ran).toEqual(["now"]);
  });

  test("runs every task exactly once at its earliest wish, whatever was wished", async () => {
    const wishes = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 500 })),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(wishes, async (all) => {
        const { clock, dispatcher } = make();
        const ran = new Map<string, number[]>();
        for (const [task, at] of all) dispatcher.schedule(String(task), at);
        dispatcher.start(
          async (task) => void ran.set(task, [...(ran.get(task) ?? []), clock.now()]),
        );
        await clock.advance(1000);
        const wanted = new Map<string, number>();
        for (const [task, at] of all)
          wanted.set(String(task), Math.min(at, wanted.get(String(task)) ?? at));
        expect(Object.fromEntries(ran)).toEqual(
          Object.fromEntries([...wanted].map(([task, at]) => [task, [at]])),
        );
      }),
      { numRuns: 20 },
    );
  });
});
