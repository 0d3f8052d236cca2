// The view as the address has it, and the place where one is in it.

import { useCallback, useEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";

import { formatView, parseView } from "./filters.ts";
import type { LibraryView } from "./filters.ts";
import type { GridLayout } from "./grid/grid-layout.ts";
import type { Scroll } from "./grid/use-scroll.ts";

/** Returns how to change the view: the address is replaced while one types, and gets a new entry otherwise. */
export function useChangeView(): (changes: Partial<LibraryView>) => void {
  const [path, go] = useLocation();
  const search = useSearch();
  const latest = useRef(search);
  latest.current = search;
  return useCallback(
    (changes) => {
      const next = formatView({ ...parseView(latest.current), ...changes }, latest.current);
      const isReplaced = "q" in changes || "size" in changes || "tag" in changes;
      go(next === "" ? path : `${path}?${next}`, { replace: isReplaced });
    },
    [go, path],
  );
}

/** Keeps what is in the middle in sight when the cells change their size, and begins another search at the top. */
export function useKeptPlace({
  scroll,
  layout,
  size,
  query,
}: {
  scroll: Scroll;
  layout: GridLayout;
  size: string;
  query: string;
}): void {
  const seen = useRef({ columns: 0, first: 0, query });
  const { scrollTo } = scroll;
  const { offset } = scroll.window;
  const { columns } = layout.measures;
  useEffect(() => {
    if (seen.current.query !== query) {
      scrollTo(0);
    } else if (seen.current.columns > 0 && seen.current.columns !== columns && layout.total > 0) {
      scrollTo(layout.rowOf(Math.min(seen.current.first, layout.total - 1)).top);
    }
    seen.current = { columns, first: seen.current.first, query };
  }, [columns, size, query, scrollTo, layout]);
  const row = layout.rowsBetween(offset, offset + 1).find(({ kind }) => kind === "cells");
  if (row !== undefined && seen.current.columns === columns) seen.current.first = row.first;
}
