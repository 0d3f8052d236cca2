// The prompts of the results that are seen, for those who go through the grid by keys or hear it read: a page of the grid has
// none, since 1,000 of them would weigh more than everything else.

import { useEffect, useState } from "react";
import type { RefObject } from "react";

import { client } from "../../data/client.ts";
import type { AssetIndex } from "../asset-index.ts";
import type { GridRow } from "./grid-layout.ts";

/** What is seen. */
export interface SeenResults {
  index: AssetIndex;
  version: number;
  isSettled: boolean;
  element: RefObject<HTMLElement | null>;
  first: GridRow | undefined;
  last: GridRow | undefined;
}

const waitMs = 200;
const mostIds = 100;
const none: ReadonlyMap<string, string> = new Map();

/** Reads the prompts of what is seen while the focus is in the grid. */
export function usePrompts(seen: SeenResults): ReadonlyMap<string, string> {
  const { index, version, isSettled, element } = seen;
  const from = seen.first?.first ?? 0;
  const to = seen.last === undefined ? -1 : seen.last.first + seen.last.count - 1;
  const [prompts, setPrompts] = useState(none);
  useEffect(() => {
    if (!isSettled) return undefined;
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      if (element.current?.contains(document.activeElement) !== true) return;
      const ids = Array.from({ length: to - from + 1 }, (_, at) => index.at(from + at)?.id)
        .flatMap((id) => (id === undefined || prompts.has(id) ? [] : [id]))
        .slice(0, mostIds);
      if (ids.length === 0) return;
      const { signal } = controller;
      const { data } = await client.assets.getMany(ids, { signal }).catch(() => ({ data: [] }));
      if (data.length > 0) setPrompts(new Map(data.map(({ id, prompt }) => [id, prompt])));
    };
    const timer = setTimeout(() => void read(), waitMs);
    const box = element.current;
    const onFocus = (): void => void read();
    box?.addEventListener("focusin", onFocus, { once: true });
    return () => {
      clearTimeout(timer);
      box?.removeEventListener("focusin", onFocus);
      controller.abort();
    };
    // The prompts are what comes of it.
  }, [index, version, isSettled, element, from, to]);
  return prompts;
}
