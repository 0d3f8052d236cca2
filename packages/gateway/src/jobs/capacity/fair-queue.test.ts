// Tests the order of waiting jobs: priority, then one caller after the other, then arrival.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FairQueue } from "./fair-queue.ts";
import type { QueuedJob } from "./fair-queue.ts";

function queueOf(...waiting: [id: string, keyId: string | null, priority?: number][]) {
  const queue = new FairQueue<QueuedJob>();
  for (const [id, keyId, priority = 0] of waiting) queue.push({ id, keyId, priority });
  return queue;
}

function drain(queue: FairQueue<QueuedJob>): string[] {
  const ids: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) ids.push(next.id);
  return ids;
}

describe("waiting jobs", () => {
  test("are served one caller after the other, each caller's in the order of arrival", () => {
    const queue = queueOf(["a1", "a"], ["a2", "a"], ["a3", "a"], ["b1", "b"], ["n1", null]);
    expect(drain(queue)).toEqual(["a1", "b1", "n1", "a2", "a3"]);
  });

  test("of a higher priority go first", () => {
    const queue = queueOf(["low", "a", -1], ["normal", "b"], ["high", "a", 10]);
    expect(drain(queue)).toEqual(["high", "normal", "low"]);
  });

  test("that are removed are not served", () => {
    const queue = queueOf(["a1", "a"], ["b1", "b"], ["a2", "a"]);
    queue.remove("a1");
    queue.remove("nobody");
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual(["a2", "b1"]);
    expect(queue.shift()).toBeUndefined();
  });

  test("are all served once, and no caller waits while another of its priority is served twice", () => {
    const waiting = fc.record({
      keyId: fc.constantFrom("a", "b", "c", null),
      priority: fc.integer({ min: -2, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(waiting, { maxLength: 60 }), (requests) => {
        const queue = new FairQueue<QueuedJob>();
        const all = requests.map((request, index) => ({ ...request, id: String(index) }));
        for (const each of all) queue.push(each);
        const served = drain(queue).map((id) => all[Number(id)]!);
        expect(new Set(served).size).toBe(all.length);
        served.forEach((one, at) => {
          const rest = served.slice(at);
          expect(rest.every(({ priority }) => priority <= one.priority)).toBe(true);
          const peers = rest.slice(1).filter(({ priority }) => priority === one.priority);
          const next = peers.findIndex(({ keyId }) => keyId === one.keyId);
          const between = peers.slice(0, Math.max(0, next));
          expect(new Set(between.map(({ keyId }) => keyId)).size).toBe(between.length);
        });
      }),
    );
  });
});
