// The results around the one that is shown, as a strip.

import { useEffect, useRef, useSyncExternalStore } from "react";

import type { AssetIndex } from "../library/asset-index.ts";
import * as words from "../words/viewer.js";
import type { Neighbours } from "./neighbours.ts";
import { Thumb } from "./thumb.tsx";

const around = 12;
const never = (): (() => void) => () => undefined;

/** Renders anew when results of the order are read. */
export function useRead(order: Neighbours | null): void {
  const index = order?.index as Partial<AssetIndex> | undefined;
  useSyncExternalStore(index?.subscribe ?? never, index?.version ?? (() => 0));
}

/** The strip. */
export function Filmstrip({ order, place }: { order: Neighbours; place: number }) {
  const strip = useRef<HTMLElement>(null);
  useRead(order);
  const first = Math.max(0, place - around);
  const last = Math.min(order.total - 1, place + around);
  useEffect(() => order.index.want(first, last), [order, first, last]);
  useEffect(() => {
    const current = strip.current?.querySelector("[aria-current=true]");
    current?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [place]);
  return (
    <nav
      ref={strip}
      aria-label={words.filmstrip()}
      className="flex gap-1 overflow-x-auto bg-panel p-1.5"
    >
      {Array.from({ length: last - first + 1 }, (_, at) => {
        const asset = order.index.at(first + at);
        return asset === undefined ? (
          <div key={first + at} className="size-14 shrink-0 rounded-sm bg-sunken" />
        ) : (
          <Thumb key={asset.id} asset={asset} isCurrent={first + at === place} />
        );
      })}
    </nav>
  );
}
