// Tests the sweep on a clock that stands still: what every kind's owner calls overdue is queued, whatever else fails.

import { describe, expect, test } from "vitest";

import { silentLogger } from "../testing/job-harness.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { Sweeper } from "./sweep.ts";
import type { OverdueQuery, TaskKind } from "./tasks.ts";

function make() {
  const clock = new ManualClock(0);
  const queued: string[] = [];
  const sweeper = new Sweeper({
    clock,
    logger: silentLogger,
    enqueue: (tasks) => {
      queued.push(...tasks);
      return Promise.resolve();
    },
  });
  return { clock, queued, sweeper };
}

function kind(overdue: TaskKind["overdue"]): TaskKind {
  return { run: () => Promise.resolve(), overdue };
}

describe("the sweep", () => {
  test("queues the overdue tasks of every kind: all that is due at the start, later what is late", async () => {
    const { clock, queued, sweeper } = make();
    const queries: OverdueQuery[] = [];
    await sweeper.start({
      advance: kind(async (query) => {
        queries.push(query);
        return ["job_1", "job_2"];
      }),
      deliver: kind(async () => ["webhook_1"]),
    });
    expect(queued).toEqual(["advance:job_1", "advance:job_2", "deliver:webhook_1"]);
    await clock.advance(5000);
    expect(queued).toHaveLength(6);
    expect(queries.map(({ lateMs }) => lateMs)).toEqual([0, 5000]);
    await sweeper.stop();
    await clock.advance(60_000);
    expect(queued).toHaveLength(6);
  });

  test("is thorough once a minute", async () => {
    const { clock, sweeper } = make();
    const thorough: boolean[] = [];
    await sweeper.start({
      advance: kind(async ({ isThorough }) => {
        thorough.push(isThorough);
        return [];
      }),
    });
    await clock.advance(120_000);
    expect(thorough.filter(Boolean)).toHaveLength(2);
    await sweeper.stop();
  });

  test("goes on with the other kinds where one cannot be asked", async () => {
    const { clock, queued, sweeper } = make();
    await sweeper.start({
      advance: kind(() => Promise.reject(new Error("the database is away"))),
      deliver: kind(async () => ["webhook_1"]),
    });
    await clock.advance(5000);
    expect(queued).toEqual(["deliver:webhook_1", "deliver:webhook_1"]);
    await sweeper.stop();
  });
});
