// The address at which a result is open over the room that is shown.

import { useLocation, useSearch } from "wouter";

/** Returns the address of this room with a result open over it. */
export function useHref(assetId: string): string {
  const [path] = useLocation();
  const parameters = new URLSearchParams(useSearch());
  parameters.set("asset", assetId);
  return `${path}?${parameters.toString()}`;
}
