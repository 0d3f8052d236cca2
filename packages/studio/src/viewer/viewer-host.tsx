// The place where the viewer opens over any room, while the address names a result.

import { Suspense, lazy } from "react";
import { useSearch } from "wouter";

import { comparedAssets, openedAsset } from "./address.ts";

const Viewer = lazy(async () => ({ default: (await import("./viewer.tsx")).Viewer }));
const Compare = lazy(async () => ({ default: (await import("./compare.tsx")).Compare }));

/** Shows the viewer, or a comparison. */
export function ViewerHost() {
  const search = useSearch();
  const opened = openedAsset(search);
  const compared = comparedAssets(search);
  if (opened === null && compared.length === 0) return null;
  return (
    <Suspense fallback={null}>
      {opened !== null ? <Viewer id={opened} /> : <Compare ids={compared} />}
    </Suspense>
  );
}
