// Tests the in-process dispatcher on a clock that stands still.

import type { Logger } from "@jimeng/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { taskKey } from "./dispatcher.ts";
import { createInProcessDispatcher } from "./in-process-dispatcher.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { ManualClock } from "../testing/manual-clock.ts";

function make({
  concurrency,
  logger = silentLogger,
}: { concurrency?: number; logger?: Logger } = {}) {
  const clock = new ManualClock(0);
  return { clock, dispatcher: createInProcessDispatcher({ clock, logger, concurrency }) };
}

describe("the in-process dispatcher", () => {
  test("runs each task at its time, in order, with one timer", async () => {
    const { clock, dispatcher } = make();
    const ran: [string, number][] = [];
    dispatcher.schedule("advance:late", 300);
    dispatcher.schedule("advance:early", 100);
    dispatcher.start({ advance: async (id) => void ran.push([id, clock.now()]) });
    dispatcher.schedule("advance:middle", 200);
    expect(clock.timers).toBe(1);
    await clock.advance(1000);
    expect(ran).toEqual([
      ["early", 100],
      ["middle", 200],
      ["late", 300],
    ]);
  });

  test("of two times for one task the earlier holds, and it runs once", async () => {
    const { clock, dispatcher } = make();
    const ran: number[] = [];
    dispatcher.start({ advance: async () => void ran.push(clock.now()) });
    dispatcher.schedule("advance:job", 500);
    dispatcher.schedule("advance:job", 100);
    dispatcher.schedule("advance:job", 900);
    await clock.advance(2000);
    expect(ran).toEqual([100]);
  });

  test("never runs one task twice at a moment; what was scheduled meanwhile runs afterwards", async () => {
    const { clock, dispatcher } = make();
    const finish: (() => void)[] = [];
    let running = 0;
    let most = 0;
    dispatcher.start({
      advance: async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => finish.push(resolve));
        running--;
      },
    });
    dispatcher.schedule("advance:job", 0);
    await clock.advance(10);
    dispatcher.schedule("advance:job", clock.now());
    await clock.advance(10);
    expect(finish).toHaveLength(1);
    finish.shift()!();
    await clock.advance(10);
    expect(finish).toHaveLength(1);
    expect(most).toBe(1);
    finish.shift()!();
  });

  test("holds to its bound and goes on as tasks end", async () => {
    const { clock, dispatcher } = make({ concurrency: 2 });
    const finish: (() => void)[] = [];
    dispatcher.start({ advance: () => new Promise<void>((resolve) => finish.push(resolve)) });
    for (const id of ["a", "b", "c"]) dispatcher.schedule(taskKey("advance", id), 0);
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
    dispatcher.start({
      advance: async () => {
        if (++tries === 1) throw new Error("disk full");
      },
    });
    dispatcher.schedule("advance:job", 0);
    await clock.advance(5000);
    expect(tries).toBe(2);
  });

  test("stop waits for the tasks that run and claims no more", async () => {
    const { clock, dispatcher } = make();
    const ran: string[] = [];
    let finish = () => {};
    dispatcher.start({
      advance: async (id) => {
        ran.push(id);
        await new Promise<void>((resolve) => (finish = resolve));
      },
    });
    dispatcher.schedule("advance:now", 0);
    dispatcher.schedule("advance:later", 50);
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

  test("runs two kinds of tasks side by side, one key at most once at a moment", async () => {
    const { clock, dispatcher } = make();
    const began: string[] = [];
    const finish = new Map<string, () => void>();
    const handler = (kind: string) => async (id: string) => {
      began.push(`${kind}:${id}`);
      await new Promise<void>((resolve) => finish.set(`${kind}:${id}`, resolve));
    };
    dispatcher.start({ advance: handler("advance"), deliver: handler("deliver") });
    for (const task of ["advance:1", "deliver:1", "advance:1", "deliver:a:b"] as const) {
      dispatcher.schedule(task, 0);
      await clock.advance(1);
    }
    expect(began).toEqual(["advance:1", "deliver:1", "deliver:a:b"]);
    finish.get("advance:1")!();
    await clock.advance(1);
    expect(began).toEqual(["advance:1", "deliver:1", "deliver:a:b", "advance:1"]);
  });

  test("logs and drops a task of an unknown kind, and goes on", async () => {
    const errors: unknown[] = [];
    const logger = { ...silentLogger, error: (fields: unknown) => void errors.push(fields) };
    const { clock, dispatcher } = make({ logger });
    const ran: string[] = [];
    dispatcher.start({ advance: async (id) => void ran.push(id) });
    for (const task of ["convert:1", "toString:1", ":1", "advance:1"] as const)
      dispatcher.schedule(task, 0);
    await clock.advance(60_000);
    expect(ran).toEqual(["1"]);
    expect(errors).toEqual([{ task: "convert:1" }, { task: "toString:1" }, { task: ":1" }]);
  });

  test("runs every task exactly once at its earliest time, whatever was scheduled", async () => {
    const schedules = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 500 })),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(schedules, async (all) => {
        const { clock, dispatcher } = make();
        const ran = new Map<string, number[]>();
        for (const [task, at] of all) dispatcher.schedule(taskKey("advance", String(task)), at);
        dispatcher.start({
          advance: async (id) => void ran.set(id, [...(ran.get(id) ?? []), clock.now()]),
        });
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
