// The order in which one goes through results: the room's, or that of the job's own results.

import type { JobObject, LibraryAssetObject } from "@jimeng/gateway/api";
import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";

import { useStore } from "../data/store.ts";
import { showAsset } from "./address.ts";
import { useRead } from "./filmstrip.tsx";
import { neighbours, toNeighbours } from "./neighbours.ts";
import type { Neighbours } from "./neighbours.ts";

/** Where a result stands. */
export interface Order {
  order: Neighbours | null;
  place: number;
  hasPrevious: boolean;
  /** The id of the next result; null for none. */
  next: string | null;
  step: (by: -1 | 1) => void;
  wantAround: () => void;
}

/** Finds the order of a result. */
export function useOrder(asset: LibraryAssetObject, job: JobObject | undefined): Order {
  const behind = useStore(neighbours);
  const [path, go] = useLocation();
  const search = useSearch();
  useRead(behind);
  const own = useMemo(() => toNeighbours(siblingsOf(asset, job)), [asset, job]);
  const placeBehind = behind?.index.placeOf(asset.id);
  const order = placeBehind === undefined ? own : behind;
  const place = placeBehind ?? own.index.placeOf(asset.id) ?? 0;
  const idAt = (at: number): string | null => order?.index.at(at)?.id ?? null;
  return {
    order,
    place,
    hasPrevious: idAt(place - 1) !== null,
    next: idAt(place + 1),
    step(by) {
      const id = idAt(place + by);
      if (id !== null) go(showAsset(path, search, id), { replace: true });
    },
    wantAround: () => order?.index.want(Math.max(0, place - 1), place + 1),
  };
}

function siblingsOf(asset: LibraryAssetObject, job: JobObject | undefined) {
  return (job?.result?.assets ?? [])
    .filter(({ trashed_at, deleted_at }) => trashed_at === null && deleted_at === null)
    .map((sibling) => ({
      ...sibling,
      job_id: asset.job_id,
      starred: false,
      created_at: asset.created_at,
    }));
}
