// A picture that can be zoomed and moved; its thumbnail stands in until it is there.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { Maximize, Minus, Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { IconButton } from "../../controls/button.tsx";
import { useShortcuts } from "../../controls/shortcuts.ts";
import { ownUrl, thumbnailUrl } from "../../data/base.ts";
import { formatPercent } from "../../words/format.ts";
import * as words from "../../words/viewer.js";
import { useZoom } from "./use-zoom.ts";
import { fitFactor, toTransform, whole } from "./zoom.ts";
import type { Zoom } from "./zoom.ts";

const keyFactor = 1.4;

/** The picture of a result. */
export function PictureStage({
  asset,
  onSwipe,
}: {
  asset: LibraryAssetObject;
  onSwipe: (step: -1 | 1) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<Zoom>(whole);
  const picture = { width: asset.width ?? 1, height: asset.height ?? 1 };
  const { by, toActual } = useZoom(frame, { picture, zoom, onZoom: setZoom, onSwipe });
  useEffect(() => setZoom(whole), [asset.id]);
  useShortcuts(
    {
      "+": () => by(keyFactor),
      // Where the plus is above another sign.
      "Shift++": () => by(keyFactor),
      "=": () => by(keyFactor),
      "-": () => by(1 / keyFactor),
      "0": () => setZoom(whole),
      "1": toActual,
    },
    { inDialog: true },
  );
  const { clientWidth: width = 1, clientHeight: height = 1 } = frame.current ?? {};
  const shown = fitFactor({ frame: { width, height }, picture }) * zoom.scale;
  return (
    <>
      <div
        ref={frame}
        className={`absolute inset-0 flex touch-none items-center justify-center overflow-hidden ${zoom.scale > 1 ? "cursor-grab" : ""}`}
      >
        <img
          key={asset.id}
          src={ownUrl(asset.url)}
          alt={asset.prompt === "" ? words.resultWithoutPrompt() : asset.prompt}
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
      <div className="absolute right-2 bottom-2 flex items-center rounded-md bg-panel/90">
        <IconButton label={words.zoomOut()} onClick={() => by(1 / keyFactor)}>
          <Minus size={16} aria-hidden />
        </IconButton>
        <button
          type="button"
          className="target min-w-14 text-center tabular-nums"
          title={words.actualSize()}
          onClick={toActual}
        >
          {formatPercent(shown)}
        </button>
        <IconButton label={words.zoomIn()} onClick={() => by(keyFactor)}>
          <Plus size={16} aria-hidden />
        </IconButton>
        <IconButton label={words.fit()} onClick={() => setZoom(whole)}>
          <Maximize size={16} aria-hidden />
        </IconButton>
      </div>
    </>
  );
}
