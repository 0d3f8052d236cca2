// What the viewer reads of the gateway.

import type { JobObject, LibraryAssetObject } from "@jimeng/gateway/api";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { client } from "../data/client.ts";
import { onEvent } from "../data/events.ts";
import { queryKeys } from "../data/query-client.ts";

const assetKey = (id: string) => ["asset", id] as const;

/** Reads a result, also one in the trash; null for one that the caller does not have. */
export function useAsset(id: string) {
  const cache = useQueryClient();
  useEffect(
    () =>
      onEvent(({ type, data }) => {
        if (type.startsWith("asset.") && data["id"] === id)
          void cache.invalidateQueries({ queryKey: assetKey(id) });
      }),
    [cache, id],
  );
  return useQuery({
    queryKey: assetKey(id),
    queryFn: async ({ signal }): Promise<LibraryAssetObject | null> =>
      (await client.assets.getMany([id], { signal })).data[0] ?? null,
  });
}

/** Reads results in their order. */
export function useAssets(ids: readonly string[]) {
  return useQuery({
    queryKey: ["assets", ids],
    enabled: ids.length > 0,
    queryFn: async ({ signal }) => (await client.assets.getMany(ids, { signal })).data,
  });
}

/** Reads what was made from a result. */
export function useMadeFrom(id: string) {
  return useQuery({
    queryKey: ["made-from", id],
    queryFn: async ({ signal }) =>
      (await client.assets.list({ made_from: id, limit: 24, signal })).data,
  });
}

/** Reads the job of a result. */
export function useJobOf(asset: LibraryAssetObject | null | undefined) {
  const id = asset?.job_id ?? "";
  return useQuery({
    queryKey: queryKeys.job(id),
    enabled: id !== "",
    queryFn: ({ signal }): Promise<JobObject> => client.jobs.retrieve(id, { signal }),
  });
}
