// The results around the one that is shown, where the room behind the viewer has them in an order.

import type { GridAsset } from "@jimeng/gateway/api";

import { createStore } from "../data/store.ts";

/** Results in an order. */
export interface Neighbours {
  index: {
    at(place: number): GridAsset | undefined;
    placeOf(id: string): number | undefined;
    want(first: number, last: number): void;
  };
  total: number;
  /** Selects a result, or takes it out. */
  toggle?: (id: string) => void;
  /** The ids of the selected results; all but these where `isAll`. */
  selected?: { isAll: boolean; ids: ReadonlySet<string> };
}

/** The order of the room behind the viewer; null where it has none. */
export const neighbours = createStore<Neighbours | null>(null);

/** Makes an order of a short list, such as the results of one job. */
export function toNeighbours(items: readonly GridAsset[]): Neighbours {
  return {
    total: items.length,
    index: {
      at: (place) => items[place],
      placeOf(id) {
        const place = items.findIndex((item) => item.id === id);
        return place === -1 ? undefined : place;
      },
      want: () => undefined,
    },
  };
}
