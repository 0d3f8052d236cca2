// The results of a view as components read them: counted by day, read where they are looked at, kept fresh by events.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useMemo, useSyncExternalStore } from "react";

import { client } from "../data/client.ts";
import { onEvent, onReset } from "../data/events.ts";
import { AssetIndex } from "./asset-index.ts";
import { isNarrowed, toAssetQuery } from "./filters.ts";
import type { LibraryView } from "./filters.ts";

// Results of one moment are read together.
const gatherMs = 150;
// A search is counted anew after changes, and not for each of them.
const recountMs = 2000;
const perRead = 1000;
const mostIds = 100;
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The library of a view. */
export interface ShownLibrary {
  index: AssetIndex;
  isCounted: boolean;
  failure: unknown;
  /** Reads everything again. */
  readAgain: () => void;
  /** Grows with every change. */
  version: number;
}

/** Reads the results of a view. */
export function useLibrary(view: LibraryView): ShownLibrary {
  const asked = JSON.stringify(toAssetQuery(view));
  const index = useMemo(() => {
    const query = JSON.parse(asked) as ReturnType<typeof toAssetQuery>;
    return new AssetIndex(({ from, to, limit = perRead, ...page }) => {
      const within = {
        from: Math.max(from, query.from ?? 0),
        to: Math.min(to, query.to ?? to),
      };
      return client.assets.grid({ ...query, ...within, ...page, limit });
    });
  }, [asked]);
  // Asked for before the count, which takes longer and is needed later.
  useLayoutEffect(() => void index.readNewest(), [index]);
  const timeline = useQuery({
    queryKey: ["timeline", asked],
    queryFn: ({ signal }) =>
      client.assets.timeline({ ...toAssetQuery(view), time_zone: timeZone, signal }),
  });
  const { data, refetch } = timeline;
  useEffect(() => {
    if (data !== undefined) index.setDays(data.data);
  }, [index, data]);
  const isWhole = !isNarrowed(view) && !view.trashed;
  useEffect(
    () => follow(index, { isWhole, recount: () => void refetch() }),
    [index, isWhole, refetch],
  );
  const version = useSyncExternalStore(index.subscribe, index.version);
  return {
    index,
    isCounted: index.isCounted,
    failure: timeline.error ?? index.failure,
    readAgain: () => {
      index.forget();
      void index.readNewest();
      void refetch();
    },
    version,
  };
}

/** Keeps an index fresh; returns how to stop. */
function follow(
  index: AssetIndex,
  { isWhole, recount }: { isWhole: boolean; recount: () => void },
): () => void {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let recountTimer: ReturnType<typeof setTimeout> | undefined;
  const recountSoon = (): void => {
    recountTimer ??= setTimeout(() => {
      recountTimer = undefined;
      index.refresh();
      recount();
    }, recountMs);
  };
  async function readChanged(): Promise<void> {
    timer = undefined;
    const ids = [...changed].slice(0, mostIds);
    for (const id of ids) changed.delete(id);
    const { data } = await client.assets.getMany(ids).catch(() => ({ data: [] }));
    for (const item of data) if (item.trashed_at === null) index.insert(item);
    if (changed.size > 0) timer = setTimeout(() => void readChanged(), gatherMs);
  }
  const stopEvents = onEvent(({ type, data }) => {
    if (!type.startsWith("asset.")) return;
    const id = String(data["id"]);
    if (!isWhole) {
      // What was changed here is shown already; whether something new belongs to a search only the gateway knows.
      if (type === "asset.created" || index.placeOf(id) === undefined) recountSoon();
      return;
    }
    if (type === "asset.trashed") {
      index.remove(new Set([id]));
      return;
    }
    changed.add(id);
    timer ??= setTimeout(() => void readChanged(), gatherMs);
  });
  const stopResets = onReset(() => index.refresh());
  return () => {
    stopEvents();
    stopResets();
    clearTimeout(timer);
    clearTimeout(recountTimer);
    index.forget();
  };
}
