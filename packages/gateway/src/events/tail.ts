// Reads the newest events once for all who follow the log: streams take them from a window in memory, and from the
// table only what is older.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../clock.ts";
import type { EventLog, LoggedEvent } from "./event-log.ts";

/** One reader's place in the tail. */
export interface Follower {
  /**
   * Returns the next events after a position: at once where there are any, else when some come; none once `signal`
   * fires or the tail is closed.
   */
  next(after: number, signal: AbortSignal): Promise<LoggedEvent[]>;
  /** Leaves; without followers nothing is read. */
  leave(): void;
}

/** The newest events, for many readers. */
export interface EventTail {
  /** Joins, and returns the place of the reader together with the position of the newest event. */
  follow(): Promise<{ follower: Follower; head: number }>;
  close(): void;
}

/** What the tail works with. */
export interface EventTailOptions {
  log: Pick<EventLog, "read" | "head" | "onHint">;
  clock: Clock;
  logger: Logger;
}

// What happens within so many milliseconds is read together.
const gatherMs = 20;
// Hints may be lost between nodes, and not every writer gives them.
const lookEveryMs = 1000;
// Some 300 bytes each.
const windowSize = 1000;
const eventsPerRead = 200;

/** Makes the tail of a log. */
export function createEventTail(options: EventTailOptions): EventTail {
  return new Tail(options);
}

class Tail implements EventTail {
  readonly #options: EventTailOptions;
  /** The newest events without a gap, those after `#windowFrom`. */
  #window: LoggedEvent[] = [];
  #windowFrom = 0;
  #head = 0;
  #followers = 0;
  #opening: Promise<void> | undefined;
  readonly #waiting = new Set<() => void>();
  #forgetHints: (() => void) | undefined;
  #timer: Timer | undefined;
  #timerIsShort = false;
  #isReading = false;
  /** A hint that came during a reading may be about what that reading did not see. */
  #mustReadAgain = false;
  #isClosed = false;

  constructor(options: EventTailOptions) {
    this.#options = options;
  }

  async follow(): Promise<{ follower: Follower; head: number }> {
    this.#followers += 1;
    let hasLeft = false;
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      this.#followers -= 1;
      if (this.#followers === 0) this.#rest();
    };
    try {
      this.#opening ??= this.#open();
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      leave();
      throw error;
    }
    const follower = {
      next: (after: number, signal: AbortSignal) => this.#next(after, signal),
      leave,
    };
    return { follower, head: this.#head };
  }

  close(): void {
    this.#isClosed = true;
    this.#rest();
    this.#wakeAll();
  }

  async #open(): Promise<void> {
    this.#head = await this.#options.log.head();
    this.#windowFrom = this.#head;
    this.#window = [];
    this.#forgetHints ??= this.#options.log.onHint(() => this.#setTimer(gatherMs));
    this.#setTimer(gatherMs);
  }

  /** Reads no more: nobody follows. */
  #rest(): void {
    this.#opening = undefined;
    this.#forgetHints?.();
    this.#forgetHints = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#window = [];
    this.#windowFrom = Number.MAX_SAFE_INTEGER;
  }

  async #next(after: number, signal: AbortSignal): Promise<LoggedEvent[]> {
    while (!signal.aborted && !this.#isClosed) {
      if (after < this.#windowFrom) {
        const older = await this.#options.log.read(after, eventsPerRead);
        if (older.length > 0) return older;
        // They were removed meanwhile.
        after = this.#windowFrom;
      }
      const newer = this.#newerThan(after);
      if (newer.length > 0) return newer;
      await this.#change(signal);
    }
    return [];
  }

  #newerThan(after: number): LoggedEvent[] {
    let from = this.#window.length;
    while (from > 0 && (this.#window[from - 1]?.position ?? 0) > after) from -= 1;
    return this.#window.slice(from, from + eventsPerRead);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #setTimer(delayMs: number): void {
    if (this.#isClosed || this.#followers === 0) return;
    const isShort = delayMs === gatherMs;
    if (this.#timer !== undefined && (this.#timerIsShort || !isShort)) return;
    this.#timer?.cancel();
    this.#timerIsShort = isShort;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      if (this.#isReading) this.#mustReadAgain = true;
      else void this.#readAll();
    }, delayMs);
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    try {
      do {
        this.#mustReadAgain = false;
        await this.#readNewest();
      } while (this.#mustReadAgain);
    } catch (error) {
      this.#options.logger.warn({ error }, "Failed to read the newest events");
    } finally {
      this.#isReading = false;
      this.#setTimer(lookEveryMs);
    }
  }

  async #readNewest(): Promise<void> {
    for (;;) {
      const events = await this.#options.log.read(this.#head, eventsPerRead);
      const last = events.at(-1);
      if (last === undefined || this.#followers === 0) return;
      this.#head = last.position;
      this.#window.push(...events);
      if (this.#window.length > windowSize) {
        const dropped = this.#window.splice(0, this.#window.length - windowSize);
        this.#windowFrom = dropped.at(-1)?.position ?? this.#windowFrom;
      }
      this.#wakeAll();
      if (events.length < eventsPerRead) return;
    }
  }
}
