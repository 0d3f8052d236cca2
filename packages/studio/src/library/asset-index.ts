// The results of a view by their place: reads what is looked at, day by day, keeps a bounded number, and follows changes.

import type { GridAsset } from "@jimeng/gateway/api";

import { dayEnd, dayOf, dayStart } from "./filters.ts";
import type { DayCount } from "./grid/grid-layout.ts";

/** Reads results that were made between two times (Unix seconds), the latest first, after a result if one is named. */
export type ReadAssets = (range: {
  from: number;
  to: number;
  after?: string;
  /** The most that are wanted; as many as one answer has by default. */
  limit?: number;
  signal: AbortSignal;
}) => Promise<{ data: GridAsset[]; has_more: boolean }>;

interface KnownDay {
  items: GridAsset[];
  isWhole: boolean;
  /** Whether it may have changed since it was read. */
  isStale?: boolean;
}

// As many as one answer has at most.
const perRead = 1000;
// Days of this many results together are read at once: enough to fill a screen, and soon there.
const enough = 300;
const newest = 200;
const mostKept = 12_000;
const lastSecond = 99_999_999_999;
const mostReads = 3;
const pauseMs = 1000;

/** The results of a view. */
export class AssetIndex {
  readonly #read: ReadAssets;
  #days: readonly DayCount[] = [];
  #firsts: number[] = [0];
  readonly #known = new Map<string, KnownDay>();
  readonly #reading = new Map<string, AbortController>();
  readonly #followers = new Set<() => void>();
  #version = 0;
  #wanted: [number, number] = [0, 0];
  #isPausing = false;
  #newest: AbortController | null = null;
  /** Grows whenever all that was read before may have changed. */
  #generation = 0;
  /** The failure of the last read; null while all is well. */
  failure: unknown = null;

  constructor(read: ReadAssets) {
    this.#read = read;
  }

  /** Calls back after every change; returns how to stop. */
  readonly subscribe = (follower: () => void): (() => void) => {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  };

  /** Returns a number that grows with every change. */
  readonly version = (): number => this.#version;

  get days(): readonly DayCount[] {
    return this.#days;
  }

  get total(): number {
    return this.#firsts.at(-1) ?? 0;
  }

  /** Whether the days were counted. */
  isCounted = false;

  /** Sets the counts of the days; results that are known stay, unless their day has others now. */
  setDays(days: readonly DayCount[]): void {
    const counts = new Map(days.map(({ day, count }) => [day, count]));
    for (const [day, known] of this.#known) {
      const count = counts.get(day);
      const isOther = known.isWhole && known.items.length !== count;
      if (count === undefined || isOther) this.#known.delete(day);
    }
    this.#setDays(days);
    this.isCounted = true;
    this.#changed();
  }

  #setDays(days: readonly DayCount[]): void {
    this.#days = days;
    this.#firsts = [0];
    for (const { count } of days) this.#firsts.push((this.#firsts.at(-1) ?? 0) + count);
  }

  /** Returns the result at a place; undefined while it is not read. */
  at(index: number): GridAsset | undefined {
    const day = this.#dayOfIndex(index);
    const name = this.#days[day]?.day;
    if (name === undefined) return undefined;
    return this.#known.get(name)?.items[index - (this.#firsts[day] ?? 0)];
  }

  /** Returns the place of a result that is known. */
  placeOf(id: string): number | undefined {
    for (const [day, { day: name }] of this.#days.entries()) {
      const at = this.#known.get(name)?.items.findIndex((item) => item.id === id) ?? -1;
      if (at !== -1) return (this.#firsts[day] ?? 0) + at;
    }
    return undefined;
  }

  #dayOfIndex(index: number): number {
    let low = 0;
    let high = this.#days.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#firsts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Reads what is between two places, both included, and stops reading what is far from there. */
  want(first: number, last: number): void {
    if (this.#isPausing || this.#newest !== null) return;
    this.#wanted = [this.#dayOfIndex(first), this.#dayOfIndex(Math.max(first, last))];
    const [from, to] = this.#wanted;
    for (let day = from; day <= to && this.#reading.size < mostReads; day++) {
      const count = last - (this.#firsts[day] ?? 0) + 1;
      if (!this.#isKnown(day, count)) void this.#readFrom(day);
    }
  }

  /**
   * Reads the newest results while the days are still being counted, and shows their days as far as they are known. A
   * failure is told by the count.
   */
  async readNewest(): Promise<void> {
    const controller = new AbortController();
    this.#newest = controller;
    try {
      const range = { from: 0, to: lastSecond, limit: newest, signal: controller.signal };
      const generation = this.#generation;
      this.#keep(await this.#read(range), generation !== this.#generation);
    } catch {
      // What is wanted is read again, day by day.
    } finally {
      if (this.#newest === controller) {
        this.#newest = null;
        this.#changed();
      }
    }
  }

  /** Keeps a page that begins with the newest results; its last day may have more. */
  #keep(page: { data: GridAsset[]; has_more: boolean }, isStale: boolean): void {
    const last = page.data.at(-1);
    const open = page.has_more && last !== undefined ? dayOf(last.created_at) : null;
    for (const item of page.data) {
      const name = dayOf(item.created_at);
      const known = this.#known.get(name) ?? { items: [], isWhole: name !== open, isStale };
      known.items.push(item);
      this.#known.set(name, known);
    }
    if (!this.isCounted)
      this.#setDays([...this.#known].map(([day, { items }]) => ({ day, count: items.length })));
  }

  /** Returns the results of a range, reading those that are not known. */
  async range(first: number, last: number, signal: AbortSignal): Promise<GridAsset[]> {
    const found: GridAsset[] = [];
    for (let day = this.#dayOfIndex(first); day <= this.#dayOfIndex(last); day++) {
      const start = this.#firsts[day] ?? 0;
      const count = last - start + 1;
      while (day < this.#days.length && !this.#isKnown(day, count))
        await this.#readDays([day], signal);
      const items = this.#known.get(this.#days[day]?.day ?? "")?.items ?? [];
      found.push(...items.slice(Math.max(0, first - start), count));
    }
    return found;
  }

  /** Returns whether the first results of a day are known, as many as are asked for. */
  #isKnown(day: number, count: number): boolean {
    const { day: name = "", count: all = 0 } = this.#days[day] ?? {};
    const known = this.#known.get(name);
    if (known === undefined || known.isStale === true) return false;
    return known.isWhole || known.items.length >= Math.min(count, all);
  }

  /** Reads a day with those after it, as many as come quickly. */
  async #readFrom(day: number): Promise<void> {
    const days = [day];
    let count = this.#days[day]?.count ?? 0;
    for (let next = day + 1; next < this.#days.length && count < enough; next++) {
      const { day: name = "", count: more = 0 } = this.#days[next] ?? {};
      if (this.#known.has(name) || count + more > perRead) break;
      days.push(next);
      count += more;
    }
    if (days.some((each) => this.#reading.has(this.#days[each]?.day ?? ""))) return;
    const controller = new AbortController();
    const names = days.map((each) => this.#days[each]?.day ?? "");
    for (const name of names) this.#reading.set(name, controller);
    try {
      await this.#readDays(days, controller.signal);
      this.failure = null;
    } catch (error) {
      if (!controller.signal.aborted) this.#pause(error);
    } finally {
      for (const name of names) this.#reading.delete(name);
      this.#changed();
    }
  }

  /** Waits a moment after a failure, and then tells the followers, who ask again. */
  #pause(error: unknown): void {
    this.failure = error;
    this.#isPausing = true;
    setTimeout(() => {
      this.#isPausing = false;
      this.#changed();
    }, pauseMs);
  }

  async #readDays(days: readonly number[], signal: AbortSignal): Promise<void> {
    const names = days.flatMap((day) => this.#days[day]?.day ?? []);
    const [latest, earliest] = [names[0], names.at(-1)];
    if (latest === undefined || earliest === undefined) return;
    // One day of more than an answer holds is read piece by piece.
    const before = names.length === 1 ? this.#known.get(latest) : undefined;
    const isMore = before !== undefined && before.isStale !== true && !before.isWhole;
    const after = isMore ? before.items.at(-1)?.id : undefined;
    const generation = this.#generation;
    const page = await this.#read({
      from: dayStart(earliest),
      to: dayEnd(latest),
      signal,
      ...(after === undefined ? {} : { after }),
    });
    const isFresh = after === undefined;
    const items = new Map<string, GridAsset[]>(names.map((name) => [name, []]));
    for (const item of page.data) items.get(dayOf(item.created_at))?.push(item);
    const lastSeen = page.has_more ? dayOf(page.data.at(-1)?.created_at ?? 0) : null;
    for (const [name, read] of items) {
      if (lastSeen !== null && name < lastSeen) continue;
      const known = isFresh ? read : [...(this.#known.get(name)?.items ?? []), ...read];
      // Behind the others, so that the oldest are given up first.
      this.#known.delete(name);
      const isStale = generation !== this.#generation;
      this.#known.set(name, { items: known, isWhole: name !== lastSeen, isStale });
    }
    this.#giveUp();
    this.#adoptCounts(names);
  }

  /** Takes the counts of days that were read whole: results came or went since they were counted. */
  #adoptCounts(names: readonly string[]): void {
    const isOther = (day: DayCount): boolean => {
      const known = this.#known.get(day.day);
      return names.includes(day.day) && known?.isWhole === true && known.items.length !== day.count;
    };
    if (!this.#days.some(isOther)) return;
    this.#setDays(
      this.#days
        .map((day) =>
          isOther(day) ? { ...day, count: this.#known.get(day.day)?.items.length ?? 0 } : day,
        )
        .filter(({ count }) => count > 0),
    );
  }

  #giveUp(): void {
    let kept = 0;
    for (const { items } of this.#known.values()) kept += items.length;
    const [from, to] = this.#wanted;
    const shown = new Set(this.#days.slice(from, to + 1).map(({ day }) => day));
    for (const [name, { items }] of this.#known) {
      if (kept <= mostKept) return;
      if (shown.has(name)) continue;
      this.#known.delete(name);
      kept -= items.length;
    }
  }

  /** Changes what is known of a result. */
  patch(ids: ReadonlySet<string>, changes: Partial<GridAsset>): void {
    for (const [name, known] of this.#known) {
      if (!known.items.some(({ id }) => ids.has(id))) continue;
      const items = known.items.map((item) => (ids.has(item.id) ? { ...item, ...changes } : item));
      this.#known.set(name, { ...known, items });
    }
    this.#changed();
  }

  /** Takes results out. */
  remove(ids: ReadonlySet<string>): void {
    const counts = new Map(this.#days.map(({ day, count }) => [day, count]));
    for (const [name, known] of this.#known) {
      const items = known.items.filter(({ id }) => !ids.has(id));
      if (items.length === known.items.length) continue;
      counts.set(name, (counts.get(name) ?? 0) - (known.items.length - items.length));
      this.#known.set(name, { ...known, items });
    }
    this.#setDays(
      this.#days
        .map(({ day }) => ({ day, count: counts.get(day) ?? 0 }))
        .filter(({ count }) => count > 0),
    );
    this.#changed();
  }

  /** Puts a new result in its place; one that is known is changed. */
  insert(item: GridAsset): void {
    const name = dayOf(item.created_at);
    const known = this.#known.get(name);
    if (known?.items.some(({ id }) => id === item.id) === true) {
      this.patch(new Set([item.id]), item);
      return;
    }
    const has = this.#days.some(({ day }) => day === name);
    if (known !== undefined || !has) {
      const items = [...(known?.items ?? [])];
      const at = items.findIndex(({ created_at: at }) => at <= item.created_at);
      items.splice(at === -1 ? items.length : at, 0, item);
      this.#known.set(name, { isWhole: true, ...known, items });
    }
    this.#setDays(
      has
        ? this.#days.map((day) => (day.day === name ? { ...day, count: day.count + 1 } : day))
        : [...this.#days, { day: name, count: 1 }].toSorted((one, other) =>
            one.day < other.day ? 1 : -1,
          ),
    );
    this.#changed();
  }

  /** Reads every result again when it is looked at; until then it is shown as it was. */
  refresh(): void {
    this.#generation += 1;
    for (const [name, known] of this.#known) this.#known.set(name, { ...known, isStale: true });
    this.#changed();
  }

  /** Forgets every result, to read it again when it is looked at. */
  forget(): void {
    for (const controller of this.#reading.values()) controller.abort();
    this.#newest?.abort();
    this.#newest = null;
    this.#known.clear();
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    for (const follower of this.#followers) follower();
  }
}
