// The grid of the library: shows the rows that are seen, and turns presses and keys into what happens with results.

import { useEffect, useMemo, useRef } from "react";
import type { MouseEvent, PointerEvent, RefObject } from "react";

import * as words from "../../words/library.js";
import { GridRows } from "./grid-rows.tsx";
import type { GridLayout } from "./grid-layout.ts";
import { countSelected } from "../selection.ts";
import type { Selection } from "../selection.ts";
import { useBand } from "./use-band.ts";
import { usePrompts } from "./use-prompts.ts";
import { useThumbnails } from "./use-thumbnails.ts";
import type { ShownLibrary } from "../use-library.ts";
import type { Scroll } from "./use-scroll.ts";

/** What the grid shows and tells. */
export interface GridProps {
  element: RefObject<HTMLDivElement | null>;
  library: ShownLibrary;
  layout: GridLayout;
  scroll: Scroll;
  selection: Selection;
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  onToggle: (index: number) => void;
  onRange: (index: number) => void;
  /** Told which places a rectangle touches; null where it begins. */
  onBand: (ranges: readonly [number, number][] | "begin" | "begin-added") => void;
  onKey: (event: { key: string; isShift: boolean; page: number }) => boolean;
}

const spareScreens = 0.5;
const longPressMs = 450;

/** The grid. */
export function Grid(props: GridProps) {
  const { element, library, layout, scroll, selection, active } = props;
  const { offset, view, base, height, isFast } = scroll.window;
  const spare = isFast ? 0 : view * spareScreens;
  const seen = useMemo(
    () => layout.rowsBetween(offset - spare, offset + view + spare),
    [layout, offset, view, spare],
  );
  const rows = useMemo(() => {
    if (active < 0 || active >= layout.total) return seen;
    // The cell with the focus stays, so that the focus is not lost while one scrolls.
    const kept = layout.rowOf(active);
    return seen.some(({ ordinal }) => ordinal === kept.ordinal) ? seen : [...seen, kept];
  }, [layout, seen, active]);
  const { index, version } = library;
  const cells = seen.filter(({ kind }) => kind === "cells");
  const [first, last] = [cells[0], cells.at(-1)];
  useEffect(() => {
    if (!isFast && first !== undefined && last !== undefined)
      index.want(first.first, last.first + last.count - 1);
  }, [index, version, isFast, first?.first, last?.first, last?.count]);

  const thumbnails = useThumbnails({ index, version, isSettled: !isFast, cells, scroll });
  const prompts = usePrompts({ index, version, isSettled: !isFast, element, first, last });
  const { band, hasDrawn } = useBand(element, {
    layout,
    offset: () => scroll.window.offset,
    scrollTo: scroll.scrollTo,
    onDraw: props.onBand,
    onBegin: (isAdded) => props.onBand(isAdded ? "begin-added" : "begin"),
  });
  const press = usePresses(props, hasDrawn);
  const isSelecting = countSelected(selection, layout.total) > 0;

  return (
    <div
      ref={element}
      className={`library-scroll relative min-w-0 grow overflow-x-hidden overflow-y-auto ${isSelecting ? "is-selecting" : ""}`}
      {...press}
      onKeyDown={(event) => {
        const page = Math.floor(view / (layout.measures.cell + layout.measures.gap));
        const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
        if (ctrlKey || metaKey || altKey) return;
        if (props.onKey({ key, isShift: shiftKey, page })) event.preventDefault();
      }}
    >
      <div
        role="grid"
        aria-label={words.resultsGrid()}
        aria-rowcount={layout.rowCount}
        aria-colcount={layout.measures.columns}
        aria-multiselectable
        className="relative"
        style={{ height }}
      >
        <GridRows
          rows={rows}
          layout={layout}
          index={index}
          version={version}
          base={base}
          selection={selection}
          active={active}
          showsPictures={!isFast}
          thumbnails={thumbnails}
          prompts={prompts}
        />
        {band !== null && (
          <div
            className="pointer-events-none absolute border border-accent bg-accent/20"
            style={{
              left: band.left,
              top: band.top - base,
              width: band.right - band.left,
              height: band.bottom - band.top,
            }}
          />
        )}
      </div>
    </div>
  );
}

/** Returns the place of the cell at which something happened. */
function placeAt(target: EventTarget): number | undefined {
  const cell = target instanceof Element ? target.closest("[data-index]") : null;
  return cell instanceof HTMLElement ? Number(cell.dataset["index"]) : undefined;
}

/** Handles presses: a plain one opens, one on the mark, with Ctrl, Shift or held for long selects. */
function usePresses(props: GridProps, hasDrawn: () => boolean) {
  const held = useRef<{ timer?: ReturnType<typeof setTimeout>; isDone: boolean }>({
    isDone: false,
  });
  const { selection, layout } = props;
  const release = (): void => clearTimeout(held.current.timer);
  return {
    onClick(event: MouseEvent<HTMLElement>) {
      const place = placeAt(event.target);
      if (place === undefined || hasDrawn() || held.current.isDone) return;
      props.onActive(place);
      const isMark =
        event.target instanceof Element && event.target.closest("[data-check]") !== null;
      const isSelecting = countSelected(selection, layout.total) > 0;
      if (event.shiftKey) props.onRange(place);
      else if (event.ctrlKey || event.metaKey || isMark || isSelecting) props.onToggle(place);
      else props.onOpen(place);
    },
    onPointerDown(event: PointerEvent<HTMLElement>) {
      held.current.isDone = false;
      const place = placeAt(event.target);
      if (event.pointerType === "mouse" || place === undefined) return;
      held.current.timer = setTimeout(() => {
        held.current.isDone = true;
        props.onToggle(place);
      }, longPressMs);
    },
    onPointerUp: release,
    onPointerCancel: release,
    onScroll: release,
    onFocus(event: { target: EventTarget }) {
      const place = placeAt(event.target);
      if (place !== undefined && place !== props.active) props.onActive(place);
    },
  };
}
