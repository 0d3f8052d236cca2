// When a task runs: at its time, at most once at a moment per key. This engine lives in one process; the rows are the
// truth and are scheduled again at every start.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../clock.ts";

/** Runs keyed tasks at their times; one key is active at most once. */
export interface Dispatcher {
  /** Asks for a task at a Unix-millisecond time; of two wishes for one task the earlier holds. */
  schedule(task: string, at: number): void;
  /** Asks for a task now, in this process: something that it needs is kept here. */
  scheduleHere(task: string): void;
  /** Begins to run tasks. */
  start(handler: (task: string) => Promise<void>): void;
  /** Claims no further task and waits for those in hand. */
  stop(): Promise<void>;
}

interface Entry {
  task: string;
  at: number;
  order: number;
}

// Only steps in hand count, not jobs that wait; each is a short promise.
const defaultConcurrency = 256;
// A step that threw has met a fault of ours (a full disk, say): the row is unchanged and is tried again.
const afterFaultMs = 5000;

/** Makes the in-process dispatcher. */
export function createInProcessDispatcher(options: {
  clock: Clock;
  logger: Logger;
  concurrency?: number;
}): Dispatcher {
  const { clock, logger, concurrency = defaultConcurrency } = options;
  const heap: Entry[] = [];
  const wanted = new Map<string, number>();
  const active = new Map<string, Promise<void>>();
  let handler: ((task: string) => Promise<void>) | undefined;
  let timer: Timer | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let order = 0;

  function schedule(task: string, at: number): void {
    const known = wanted.get(task);
    if (known !== undefined && known <= at) return;
    wanted.set(task, at);
    push(heap, { task, at, order: order++ });
    if (handler !== undefined) arm();
  }

  function arm(): void {
    const next = heap[0];
    if (next === undefined || active.size >= concurrency) return;
    if (timer !== undefined && timerAt <= next.at) return;
    timer?.cancel();
    timerAt = next.at;
    timer = clock.setTimer(claim, Math.max(0, next.at - clock.now()));
  }

  function claim(): void {
    timer = undefined;
    timerAt = Number.POSITIVE_INFINITY;
    if (handler === undefined) return;
    const now = clock.now();
    while (active.size < concurrency) {
      const next = heap[0];
      if (next === undefined || next.at > now) break;
      pop(heap);
      // An entry is stale when its task was wanted earlier and has run, and is left for later when it runs now:
      // the end of the run schedules it again.
      if (wanted.get(next.task) !== next.at || active.has(next.task)) continue;
      wanted.delete(next.task);
      run(next.task, handler);
    }
    arm();
  }

  function run(task: string, handle: (task: string) => Promise<void>): void {
    const running = handle(task)
      .catch((cause: unknown) => {
        logger.error({ task, error: cause }, "A step failed on our side; it will be tried again.");
        schedule(task, clock.now() + afterFaultMs);
      })
      .finally(() => {
        active.delete(task);
        const again = wanted.get(task);
        if (again !== undefined) push(heap, { task, at: again, order: order++ });
        if (handler !== undefined) arm();
      });
    active.set(task, running);
  }

  return {
    schedule,
    scheduleHere: (task) => schedule(task, clock.now()),
    start(newHandler) {
      handler = newHandler;
      arm();
    },
    async stop() {
      handler = undefined;
      timer?.cancel();
      timer = undefined;
      timerAt = Number.POSITIVE_INFINITY;
      await Promise.all(active.values());
    },
  };
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt];
    if (parent === undefined || !isBefore(entry, parent)) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let childAt = 2 * at + 1;
    let child = heap[childAt];
    if (child === undefined) break;
    const right = heap[childAt + 1];
    if (right !== undefined && isBefore(right, child)) {
      childAt++;
      child = right;
    }
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = last;
}
