// The library: every stored result, by day, to be found, looked at, sorted out and taken along.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";

import { useShortcuts } from "../controls/shortcuts.ts";
import { openedAsset, showAsset, showCompared } from "../viewer/address.ts";
import { neighbours } from "../viewer/neighbours.ts";
import { idsOf, move, star, tag, tellFailure, undoLast } from "./act.ts";
import { downloadOne, fileNameOf } from "./archive.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { formatView, isNarrowed, parseView } from "./filters.ts";
import type { LibraryView } from "./filters.ts";
import { Grid } from "./grid.tsx";
import { layOut, measureGrid } from "./grid-layout.ts";
import "./library.css";
import { EmptyLibrary, LibraryFailure, LibrarySkeleton } from "./library-states.tsx";
import { Scrubber } from "./scrubber.tsx";
import { countSelected } from "./selection.ts";
import { Toolbar } from "./toolbar.tsx";
import { useGridFocus } from "./use-grid-focus.ts";
import { useLibrary } from "./use-library.ts";
import { useScroll } from "./use-scroll.ts";
import { useSelection } from "./use-selection.ts";

/** The room of the library. */
export function LibraryRoom() {
  const search = useSearch();
  const view = useMemo(() => parseView(search), [search]);
  const [, go] = useLocation();
  const change = useChangeView();
  const library = useLibrary(view);
  const { index, version } = library;
  const element = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [contentHeight, setContentHeight] = useState(0);
  const scroll = useScroll(element, contentHeight);
  const { width, view: seen, offset } = scroll.window;
  const days = index.days;
  const layout = useMemo(
    () => layOut(days, measureGrid(Math.max(1, width), view.size)),
    [days, width, view.size],
  );
  useEffect(() => setContentHeight(layout.height), [layout.height]);
  const selecting = useSelection(index, version);
  const { selection } = selecting;
  const focus = useGridFocus({ element, layout, scroll, index, opened: openedAsset(search) });
  const { active } = focus;
  useKeptPlace({ scroll, layout, size: view.size, query: formatView({ ...view, size: "m" }) });
  useEffect(() => {
    neighbours.set({ index, total: layout.total });
    return () => neighbours.set(null);
  }, [index, layout.total, version]);

  const chosen = useCallback(async () => {
    if (countSelected(selection, layout.total) > 0) return await idsOf(selection, view);
    const id = index.at(active)?.id;
    return id === undefined ? [] : [id];
  }, [selection, layout.total, view, index, active]);
  const withChosen = (work: (ids: string[]) => Promise<unknown>): void => {
    void chosen().then(async (ids) => {
      if (ids.length > 0) await work(ids);
    }, tellFailure);
  };
  const moveChosen = (trashed: boolean): void =>
    withChosen(async (ids) => {
      if (await move(index, ids, trashed)) selecting.clear();
    });
  const starChosen = (): void =>
    withChosen(async (ids) => {
      const isOn = ids.every((id) => index.at(index.placeOf(id) ?? -1)?.starred === true);
      await star(index, ids, !isOn);
    });
  const openAt = (place: number): void => {
    const asset = index.at(place);
    if (asset !== undefined) go(showAsset(location.pathname, search, asset.id));
  };
  const compare = (): void =>
    withChosen(async (ids) => go(showCompared(location.pathname, search, ids.slice(0, 4))));

  useShortcuts({
    "/": (event) => {
      event.preventDefault();
      searchField.current?.focus();
    },
    "$mod+a": (event) => {
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      selecting.all();
    },
    "$mod+z": (event) => {
      if (event.target instanceof HTMLInputElement) return;
      void undoLast();
    },
    Escape: () => selecting.clear(),
    x: () => selecting.toggle(active),
    s: starChosen,
    c: compare,
    d: () => {
      const asset = index.at(active);
      if (asset !== undefined) downloadOne(asset, fileNameOf(asset, "original"));
    },
    Delete: () => moveChosen(!view.trashed),
  });

  const count = countSelected(selection, layout.total);
  const isEmpty = library.isCounted && layout.total === 0;
  return (
    <div className="flex min-h-0 grow flex-col">
      <Toolbar
        view={view}
        total={library.isCounted ? layout.total : null}
        onChange={change}
        search={searchField}
      />
      <LibraryFailure failure={library.failure} />
      <div className="relative flex min-h-0 grow pl-3 md:pl-4">
        <Grid
          element={element}
          library={library}
          layout={layout}
          scroll={scroll}
          selection={selection}
          active={active}
          onActive={focus.setActive}
          onOpen={openAt}
          onToggle={selecting.toggle}
          onRange={selecting.range}
          onBand={selecting.band}
          onKey={({ key, isShift, page }) => {
            if (key === "Enter") {
              openAt(active);
              return true;
            }
            const to = focus.move(key, page);
            if (to === undefined) return false;
            if (isShift) selecting.rangeFrom(active, to);
            return true;
          }}
        />
        {layout.total > 0 && (
          <Scrubber layout={layout} offset={offset} view={seen} onMove={scroll.scrollTo} />
        )}
        {!library.isCounted && <LibrarySkeleton size={view.size} />}
        {isEmpty && <EmptyLibrary view={view} isNarrowed={isNarrowed(view)} onChange={change} />}
      </div>
      {count > 0 && (
        <BulkBar
          count={count}
          isTrash={view.trashed}
          onStar={(starred) => withChosen((ids) => star(index, ids, starred))}
          onTag={(name) => withChosen((ids) => tag(ids, name))}
          onMove={moveChosen}
          onCompare={compare}
          onClear={selecting.clear}
          idsOf={chosen}
        />
      )}
    </div>
  );
}

/** Returns how to change the view: the address is replaced while one types, and gets a new entry otherwise. */
function useChangeView(): (changes: Partial<LibraryView>) => void {
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
function useKeptPlace({
  scroll,
  layout,
  size,
  query,
}: {
  scroll: ReturnType<typeof useScroll>;
  layout: ReturnType<typeof layOut>;
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
