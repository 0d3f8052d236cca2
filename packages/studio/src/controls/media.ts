// Facts about the window that components follow, such as its width.

import { useCallback, useSyncExternalStore } from "react";

/** Returns whether a media query matches, and renders anew when that changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

const wide = "(min-width: 52rem)";

/** Returns whether the window is wide enough for the rail at its side. */
export function useWide(): boolean {
  return useMedia(wide);
}

/** Returns the same for code outside of components. */
export function isWide(): boolean {
  return matchMedia(wide).matches;
}
