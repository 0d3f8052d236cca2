// Two to four pictures side by side with one zoom, or two with a slider between them.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { Columns2, SplitSquareHorizontal, X } from "lucide-react";
import { useRef, useState } from "react";

import { IconButton } from "../controls/button.tsx";
import { ownUrl } from "../data/base.ts";
import * as words from "../words/viewer.js";
import { ViewerFrame, useClose } from "./frame.tsx";
import { useAssets } from "./queries.ts";
import { useZoom } from "./stage/use-zoom.ts";
import { toTransform, whole } from "./stage/zoom.ts";
import type { Zoom } from "./stage/zoom.ts";
import "./viewer.css";

/** The comparison. */
export function Compare({ ids }: { ids: readonly string[] }) {
  const close = useClose();
  const assets = useAssets(ids);
  const [isSlider, setSlider] = useState(false);
  const [zoom, setZoom] = useState<Zoom>(whole);
  const shown = assets.data ?? [];
  const canSlide = shown.length === 2;
  return (
    <ViewerFrame label={words.comparison()}>
      <div className="flex h-full flex-col">
        <header className="flex items-center gap-1 p-1.5">
          <IconButton label={words.close()} onClick={close}>
            <X size={18} aria-hidden />
          </IconButton>
          <h1 className="grow px-2 font-semibold">{words.comparison()}</h1>
          {canSlide && (
            <IconButton
              label={isSlider ? words.sideBySide() : words.slider()}
              onClick={() => setSlider(!isSlider)}
            >
              {isSlider ? (
                <Columns2 size={18} aria-hidden />
              ) : (
                <SplitSquareHorizontal size={18} aria-hidden />
              )}
            </IconButton>
          )}
        </header>
        {canSlide && isSlider ? (
          <SliderView assets={shown} />
        ) : (
          <div
            className={`grid min-h-0 grow gap-1 ${shown.length > 2 ? "grid-cols-2 grid-rows-2" : "grid-cols-1 grid-rows-2 sm:grid-cols-2 sm:grid-rows-1"}`}
          >
            {shown.map((asset) => (
              <Pane key={asset.id} asset={asset} zoom={zoom} onZoom={setZoom} />
            ))}
          </div>
        )}
      </div>
    </ViewerFrame>
  );
}

function Pane({
  asset,
  zoom,
  onZoom,
}: {
  asset: LibraryAssetObject;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const picture = { width: asset.width ?? 1, height: asset.height ?? 1 };
  useZoom(frame, { picture, zoom, onZoom });
  return (
    <figure className="relative min-h-0 min-w-0 overflow-hidden bg-sunken">
      <div
        ref={frame}
        className="absolute inset-0 flex touch-none items-center justify-center overflow-hidden"
      >
        <img
          src={ownUrl(asset.url)}
          alt={asset.prompt}
          draggable={false}
          className="max-h-full max-w-full object-contain select-none"
          style={{ transform: toTransform(zoom) }}
        />
      </div>
      <figcaption className="absolute inset-x-0 bottom-0 line-clamp-2 bg-panel/85 px-2 py-1 text-xs">
        {asset.prompt}
      </figcaption>
    </figure>
  );
}

function SliderView({ assets }: { assets: readonly LibraryAssetObject[] }) {
  const [share, setShare] = useState(50);
  const [one, other] = assets;
  if (one === undefined || other === undefined) return null;
  const picture = "absolute inset-0 size-full object-contain";
  return (
    <div className="relative min-h-0 grow bg-sunken">
      <img src={ownUrl(one.url)} alt={one.prompt} className={picture} />
      <img
        src={ownUrl(other.url)}
        alt={other.prompt}
        className={picture}
        style={{ clipPath: `inset(0 0 0 ${share}%)` }}
      />
      <div
        className="pointer-events-none absolute inset-y-0 w-0.5 bg-white shadow-high"
        style={{ left: `${share}%` }}
      />
      <input
        type="range"
        min={0}
        max={100}
        step={0.5}
        value={share}
        aria-label={words.slider()}
        className="compare-slider absolute inset-0 size-full cursor-ew-resize"
        onInput={({ currentTarget }) => setShare(Number(currentTarget.value))}
      />
    </div>
  );
}
