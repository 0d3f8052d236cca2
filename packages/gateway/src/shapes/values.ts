// The values that answers of every dialect are made of: times, progress, pages.

import type { ListPage } from "../api/lists.ts";

/** Returns Unix milliseconds as whole Unix seconds. */
export function toUnixSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Returns Unix milliseconds as whole Unix seconds; null stays null. */
export function toUnixSecondsOrNull(milliseconds: number | null): number | null {
  return milliseconds === null ? null : toUnixSeconds(milliseconds);
}

/** Returns a progress as a whole number from 0 to 100. */
export function toWholeProgress(progress: number): number {
  return Math.min(100, Math.max(0, Math.floor(progress)));
}

/** Builds one page of a cursor list. */
export function toListPage<Item extends { id: string }>(
  data: Item[],
  hasMore: boolean,
): ListPage<Item> {
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}
