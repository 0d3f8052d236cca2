// A picture that can be zoomed and moved; its thumbnail stands in until it is there.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { useEffect, useRef, useState } from "react";

import { ownUrl, thumbnailUrl } from "../../data/base.ts";
import { useZoom } from "./use-zoom.ts";
import { ZoomBar } from "./zoom-bar.tsx";
import { toTransform, whole } from "./zoom.ts";
import type { Zoom } from "./zoom.ts";

/** The picture of a result. */
export function PictureStage({
  asset,
  title,
  onSwipe,
}: {
  asset: LibraryAssetObject;
  title: string;
  onSwipe: (step: -1 | 1) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<Zoom>(whole);
  const picture = { width: asset.width ?? 1, height: asset.height ?? 1 };
  const zooming = useZoom(frame, { picture, zoom, onZoom: setZoom, onSwipe });
  useEffect(() => setZoom(whole), [asset.id]);
  return (
    <>
      <div
        ref={frame}
        className={`absolute inset-0 flex touch-none items-center justify-center overflow-hidden ${zoom.scale > 1 ? "cursor-grab" : ""}`}
      >
        <img
          key={asset.id}
          src={ownUrl(asset.url)}
          alt={title}
          draggable={false}
          className="max-h-full max-w-full bg-contain bg-center bg-no-repeat object-contain select-none"
          width={asset.width ?? undefined}
          height={asset.height ?? undefined}
          style={{
            transform: toTransform(zoom),
            backgroundImage: `url("${thumbnailUrl(asset.url)}")`,
          }}
        />
      </div>
      <div className="absolute right-2 bottom-2 max-md:inset-x-0 max-md:mx-auto max-md:w-fit">
        <ZoomBar {...zooming} />
      </div>
    </>
  );
}
