// The selection of the library's results as the room uses it.

import { useCallback, useMemo, useRef, useState } from "react";

import { tellFailure } from "./act.ts";
import type { AssetIndex } from "./asset-index.ts";
import { add, everything, nothing, rangeTo, toggle, without } from "./selection.ts";
import type { Selection } from "./selection.ts";

/** The selection, and what changes it; results are named by their places. */
export interface Selecting {
  selection: Selection;
  clear: () => void;
  all: () => void;
  toggle: (place: number) => void;
  /** Selects from the anchor to a place. */
  range: (place: number) => void;
  /** Selects from a place to another, which becomes a range from the first one. */
  rangeFrom: (from: number, to: number) => void;
  band: (ranges: readonly [number, number][] | "begin" | "begin-added") => void;
  drop: (ids: readonly string[]) => void;
}

/** Keeps a selection of an index's results; another index begins with none. */
export function useSelection(index: AssetIndex, version: number): Selecting {
  const [kept, setKept] = useState({ index, selection: nothing });
  const selection = kept.index === index ? kept.selection : nothing;
  const latest = useRef(selection);
  latest.current = selection;
  const beforeBand = useRef<Selection>(nothing);
  const set = useCallback(
    (next: Selection) => {
      latest.current = next;
      setKept({ index, selection: next });
    },
    [index],
  );

  return useMemo(() => {
    const idAt = (place: number): string | undefined => index.at(place)?.id;
    const addRange = async (from: number, to: number, base: Selection): Promise<void> => {
      const items = await index.range(from, to, new AbortController().signal);
      set(
        add(
          base,
          items.map(({ id }) => id),
        ),
      );
    };
    const range = (place: number): void => {
      const [from, to] = rangeTo(latest.current, place);
      addRange(from, to, latest.current).catch(tellFailure);
    };
    return {
      selection,
      clear: () => set(nothing),
      all: () => set(everything),
      toggle(place) {
        const id = idAt(place);
        if (id !== undefined) set(toggle(latest.current, id, place));
      },
      range,
      rangeFrom(from, to) {
        if (latest.current.anchor === null) set({ ...latest.current, anchor: from });
        range(to);
      },
      band(ranges) {
        if (typeof ranges === "string") {
          beforeBand.current = ranges === "begin" ? nothing : latest.current;
          return;
        }
        const ids = ranges.flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, at) => idAt(from + at) ?? []).flat(),
        );
        set(add(beforeBand.current, ids));
      },
      drop: (ids) => set(without(latest.current, ids)),
    };
    // The version: the index changes in place.
  }, [index, selection, set, version]);
}
