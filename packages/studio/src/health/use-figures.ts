// Reads the metrics every few seconds while the room is open, and keeps the points of the last minutes.

import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { gatewayUrl } from "../data/base.ts";
import { fetchNoted } from "../data/client.ts";
import { parseMetrics, toPoint } from "./metrics.ts";
import type { Point, Sample } from "./metrics.ts";

/** How often the metrics are read, in seconds. */
export const everySeconds = 5;
const mostPoints = 180;
const msPerSecond = 1000;

/** Returns the points, the oldest first; the error says why there are none. */
export function useFigures(isOwner: boolean) {
  const kept = useRef<{ last: Sample[] | undefined; points: Point[] }>({
    last: undefined,
    points: [],
  });
  return useQuery({
    queryKey: ["metrics"],
    enabled: isOwner,
    refetchInterval: everySeconds * msPerSecond,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<readonly Point[]> => {
      const answer = await fetchNoted(`${gatewayUrl}/metrics`, { signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const samples = parseMetrics(await answer.text());
      const { last, points } = kept.current;
      const at = Math.round(Date.now() / msPerSecond);
      const point = toPoint(last ?? samples, samples, at);
      kept.current = { last: samples, points: [...points, point].slice(-mostPoints) };
      return kept.current.points;
    },
  });
}
