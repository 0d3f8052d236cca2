// Has the thumbnails read of what is seen.

import { useLayoutEffect, useMemo, useSyncExternalStore } from "react";

import { client } from "../../data/client.ts";
import type { AssetIndex } from "../asset-index.ts";
import type { GridRow } from "./grid-layout.ts";
import { Thumbnails } from "./thumbnails.ts";
import type { Scroll } from "./use-scroll.ts";

/** What is seen. */
export interface SeenRows {
  index: AssetIndex;
  version: number;
  isSettled: boolean;
  /** The rows of cells, with those that soon come into sight. */
  cells: readonly GridRow[];
  scroll: Scroll;
}

/** Returns the thumbnails, which change while they are read. */
export function useThumbnails({ index, version, isSettled, cells, scroll }: SeenRows): Thumbnails {
  const thumbnails = useMemo(() => new Thumbnails((ids) => client.assets.thumbnails(ids)), []);
  useSyncExternalStore(thumbnails.subscribe, thumbnails.version);
  const [first, last] = [cells[0]?.first, cells.at(-1)?.first];
  useLayoutEffect(() => {
    if (!isSettled) return;
    const { offset, view } = scroll.window;
    const isInSight = ({ top, height }: GridRow): boolean =>
      top + height > offset && top < offset + view;
    // What is in sight comes first.
    const rows = [...cells.filter(isInSight), ...cells.filter((row) => !isInSight(row))];
    thumbnails.want(
      rows.flatMap((row) =>
        Array.from({ length: row.count }, (_, at) => index.at(row.first + at) ?? []).flat(),
      ),
    );
  }, [thumbnails, index, version, isSettled, first, last]);
  return thumbnails;
}
