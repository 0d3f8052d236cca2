// The library: every stored result, by day, to be found, looked at, sorted out and taken along.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useSearch } from "wouter";

import { searchState } from "../controls/shortcuts.ts";
import { openedAsset } from "../viewer/address.ts";
import { neighbours } from "../viewer/neighbours.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { formatView, isNarrowed, parseView } from "./filters.ts";
import { Grid } from "./grid/grid.tsx";
import type { GridProps } from "./grid/grid.tsx";
import { layOut, measureGrid } from "./grid/grid-layout.ts";
import { EmptyLibrary, LibraryFailure, LibrarySkeleton } from "./library-states.tsx";
import { Scrubber } from "./grid/scrubber.tsx";
import { countSelected } from "./selection.ts";
import { Toolbar } from "./toolbar.tsx";
import { useGridFocus } from "./grid/use-grid-focus.ts";
import type { GridFocus } from "./grid/use-grid-focus.ts";
import { useChangeView, useKeptPlace } from "./use-view.ts";
import { useLibrary } from "./use-library.ts";
import type { ShownLibrary } from "./use-library.ts";
import { useRoomActs, useRoomKeys } from "./use-room-acts.ts";
import type { RoomActs } from "./use-room-acts.ts";
import { useScroll } from "./grid/use-scroll.ts";
import { useSelection } from "./use-selection.ts";
import type { Selecting } from "./use-selection.ts";

/** The room of the library. */
export function LibraryRoom() {
  const search = useSearch();
  const view = useMemo(() => parseView(search), [search]);
  const change = useChangeView();
  const library = useLibrary(view);
  const { index, version } = library;
  const element = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (history.state === searchState) searchField.current?.focus();
  }, []);
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
  useAsNeighbours(library, layout.total, selecting);
  const acts = useRoomActs({ view, index, total: layout.total, active, selecting });
  useRoomKeys({ acts, selecting, active, search: searchField });

  const onKey = useGridKeys(focus, selecting, acts.openAt);
  const count = countSelected(selection, layout.total);
  // A single day needs no way to others.
  const hasScrubber = library.isCounted && days.length > 1;
  const isEmpty = library.isCounted && layout.total === 0;
  return (
    <div className="flex min-h-0 grow flex-col">
      <Toolbar
        view={view}
        total={library.isCounted ? layout.total : null}
        onChange={change}
        search={searchField}
      />
      <LibraryFailure failure={library.failure} onAgain={library.readAgain} />
      <div
        className={`relative flex min-h-0 grow pl-3 md:pl-4 ${hasScrubber ? "" : "pr-3 md:pr-4"}`}
      >
        <Grid
          element={element}
          library={library}
          layout={layout}
          scroll={scroll}
          selection={selection}
          active={active}
          onActive={focus.setActive}
          onOpen={acts.openAt}
          onToggle={selecting.toggle}
          onRange={selecting.range}
          onBand={selecting.band}
          onKey={onKey}
        />
        {hasScrubber && (
          <Scrubber layout={layout} offset={offset} view={seen} onMove={scroll.scrollTo} />
        )}
        {!library.isCounted && layout.total === 0 && library.failure === null && (
          <LibrarySkeleton size={view.size} width={width} />
        )}
        {isEmpty && <EmptyLibrary view={view} isNarrowed={isNarrowed(view)} onChange={change} />}
      </div>
      <SelectedBar count={count} isTrash={view.trashed} acts={acts} onClear={selecting.clear} />
    </div>
  );
}

/** What can be done with the selected results, while there are any. */
function SelectedBar({
  count,
  isTrash,
  acts,
  onClear,
}: {
  count: number;
  isTrash: boolean;
  acts: RoomActs;
  onClear: () => void;
}) {
  if (count === 0) return null;
  return (
    <BulkBar
      count={count}
      isTrash={isTrash}
      onStar={acts.star}
      onTag={acts.tag}
      onMove={acts.move}
      onCompare={acts.compare}
      onClear={onClear}
      idsOf={acts.chosen}
    />
  );
}

/** Gives the viewer the order of the room while it is shown; the index changes in place, which its version tells. */
function useAsNeighbours(
  { index, version }: ShownLibrary,
  total: number,
  { selection, toggle }: Selecting,
): void {
  useEffect(() => {
    const toggleId = (id: string): void => {
      const place = index.placeOf(id);
      if (place !== undefined) toggle(place);
    };
    neighbours.set({ index, total, toggle: toggleId, selected: selection });
  }, [index, total, version, selection, toggle]);
  useEffect(() => () => neighbours.set(null), []);
}

/** Returns what handles the keys of the grid; it tells whether a key meant anything. */
function useGridKeys(
  { active, move }: GridFocus,
  { rangeFrom }: Selecting,
  open: (place: number) => void,
): GridProps["onKey"] {
  return ({ key, isShift, page }) => {
    if (key === "Enter") {
      open(active);
      return true;
    }
    const to = move(key, page);
    if (to === undefined) return false;
    if (isShift) rangeFrom(active, to);
    return true;
  };
}
