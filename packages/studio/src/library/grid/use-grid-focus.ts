// The cell that the keyboard is at: one stop for Tab, moved by arrows, and returned to when the viewer closes.

import { useCallback, useEffect, useRef, useState } from "react";
import type { RefObject } from "react";

import type { AssetIndex } from "../asset-index.ts";
import { moveBy } from "./grid-layout.ts";
import type { GridLayout } from "./grid-layout.ts";
import type { Scroll } from "./use-scroll.ts";

/** What the focus works with. */
export interface GridFocusOptions {
  element: RefObject<HTMLElement | null>;
  layout: GridLayout;
  scroll: Scroll;
  index: AssetIndex;
  /** The result that the viewer shows; null while it is closed. */
  opened: string | null;
}

/** The place of the keyboard. */
export interface GridFocus {
  active: number;
  setActive: (place: number) => void;
  /** Moves by a key; returns the new place, or undefined for a key that does not move. */
  move: (key: string, page: number) => number | undefined;
}

/** Follows the place of the keyboard in the grid. */
export function useGridFocus(options: GridFocusOptions): GridFocus {
  const { element, layout, scroll, index, opened } = options;
  const [place, setPlace] = useState(0);
  const active = Math.max(0, Math.min(place, layout.total - 1));
  const wantsFocus = useRef(false);
  const { scrollTo } = scroll;
  const { offset, view } = scroll.window;

  const show = useCallback(
    (to: number) => {
      const row = layout.rowOf(to);
      const space = layout.measures.heading;
      if (row.top - space < offset) scrollTo(row.top - space);
      else if (row.top + row.height > offset + view) scrollTo(row.top + row.height - view + space);
    },
    [layout, offset, view, scrollTo],
  );
  const goTo = useCallback(
    (to: number) => {
      wantsFocus.current = true;
      setPlace(to);
      show(to);
    },
    [show],
  );
  // The cell exists only after it was scrolled to.
  useEffect(() => {
    if (!wantsFocus.current) return;
    const cell = element.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (cell === null || cell === undefined) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
  });
  const before = useRef(opened);
  useEffect(() => {
    const closed = opened === null ? before.current : null;
    before.current = opened;
    const returned = closed === null ? undefined : index.placeOf(closed);
    if (returned !== undefined) goTo(returned);
  }, [opened, index, goTo]);

  return {
    active,
    setActive: setPlace,
    move(key, page) {
      if (layout.total === 0) return undefined;
      const to = moveBy(layout, active, { key, page });
      if (to !== undefined) goTo(to);
      return to;
    },
  };
}
