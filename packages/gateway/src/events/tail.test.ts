// Tests the tail: one reading for many followers, from memory where that reaches, from the table where it does not.

import { expect, test } from "vitest";

import { ManualClock } from "../testing/manual-clock.ts";
import type { LoggedEvent } from "./event-log.ts";
import { createEventTail } from "./tail.ts";

function scene() {
  const rows: LoggedEvent[] = [];
  const reads: number[] = [];
  const listeners = new Set<() => void>();
  const clock = new ManualClock();
  const log = {
    read: (after: number, limit: number) => {
      reads.push(after);
      return Promise.resolve(rows.filter(({ position }) => position > after).slice(0, limit));
    },
    head: () => Promise.resolve(rows.at(-1)?.position ?? 0),
    onHint: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const append = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const rest = { keyId: null, account: null, createdAt: 0, data: null };
      rows.push({ position: rows.length + 1, type: "model.changed", subject: "a", ...rest });
    }
    for (const listener of listeners) listener();
  };
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const tail = createEventTail({ log, clock, logger });
  return { tail, clock, append, reads, rows, listeners };
}

const forever = new AbortController().signal;
const positions = (events: LoggedEvent[]): number[] => events.map(({ position }) => position);

test("many followers share one reading", async () => {
  const { tail, clock, append, reads } = scene();
  append(3);
  const places = await Promise.all(Array.from({ length: 50 }, () => tail.follow()));
  const waiting = places.map(({ follower, head }) => follower.next(head, forever));
  await clock.advance(20);
  reads.length = 0;
  append(2);
  append(1);
  await clock.advance(20);
  for (const events of await Promise.all(waiting)) expect(positions(events)).toEqual([4, 5, 6]);
  expect(reads).toHaveLength(1);
});

test("a follower who comes back gets what it missed from the table, then the newest", async () => {
  const { tail, clock, append } = scene();
  append(450);
  const { follower, head } = await tail.follow();
  expect(head).toBe(450);
  let position = 10;
  const got: number[] = [];
  while (position < 450) {
    const events = await follower.next(position, forever);
    got.push(...positions(events));
    position = got.at(-1)!;
  }
  expect(got).toEqual(Array.from({ length: 440 }, (_, index) => index + 11));
  const next = follower.next(450, forever);
  append(1);
  await clock.advance(20);
  expect(positions(await next)).toEqual([451]);
});

test("a follower far behind the newest loses nothing, and memory keeps the newest thousand only", async () => {
  const { tail, clock, append, rows } = scene();
  const { follower, head } = await tail.follow();
  append(2500);
  await clock.advance(20);
  let position = head;
  let count = 0;
  while (position < rows.length) {
    const events = await follower.next(position, forever);
    expect(events[0]!.position).toBe(position + 1);
    count += events.length;
    position = events.at(-1)!.position;
  }
  expect(count).toBe(2500);
});

test("events without a hint are found within a second, and one hinted during a reading at once", async () => {
  const { tail, clock, rows, append } = scene();
  const { follower } = await tail.follow();
  const next = follower.next(0, forever);
  await clock.advance(20);
  rows.push({
    position: 1,
    type: "model.changed",
    subject: "quiet",
    keyId: null,
    account: null,
    createdAt: 0,
    data: null,
  });
  await clock.advance(1000);
  expect(positions(await next)).toEqual([1]);
  const later = follower.next(1, forever);
  append(1);
  await clock.advance(20);
  expect(positions(await later)).toEqual([2]);
});

test("nothing is read while nobody follows; who leaves or is let go gets nothing more", async () => {
  const { tail, clock, listeners } = scene();
  const gone = new AbortController();
  const { follower } = await tail.follow();
  const waiting = follower.next(0, gone.signal);
  gone.abort();
  expect(await waiting).toEqual([]);
  follower.leave();
  follower.leave();
  expect(listeners.size).toBe(0);
  await clock.advance(5000);
  expect(clock.timers).toBe(0);
  const again = await tail.follow();
  const last = again.follower.next(0, forever);
  tail.close();
  expect(await last).toEqual([]);
});
