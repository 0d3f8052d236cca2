// Two to four results side by side with one zoom, or two pictures with a slider between them.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { Columns2, SplitSquareHorizontal, X } from "lucide-react";
import { useRef, useState } from "react";
import { Link, useSearch } from "wouter";

import { IconButton } from "../controls/button.tsx";
import { ownUrl, thumbnailUrl } from "../data/base.ts";
import * as words from "../words/viewer.js";
import { showAsset } from "./address.ts";
import { ViewerFrame, useClose } from "./frame.tsx";
import { useAssets } from "./queries.ts";
import { useZoom } from "./stage/use-zoom.ts";
import { ZoomBar } from "./stage/zoom-bar.tsx";
import { toTransform, whole } from "./stage/zoom.ts";
import type { Zoom } from "./stage/zoom.ts";

function isPicture({ content_type: type }: LibraryAssetObject): boolean {
  return type.startsWith("image/");
}

/** The comparison. */
export function Compare({ ids }: { ids: readonly string[] }) {
  const close = useClose();
  const assets = useAssets(ids);
  const [isSlider, setSlider] = useState(false);
  const [zoom, setZoom] = useState<Zoom>(whole);
  const shown = assets.data ?? [];
  const canSlide = shown.length === 2 && shown.every(isPicture);
  return (
    <ViewerFrame label={words.comparison()}>
      <div className="flex h-full flex-col">
        <header className="flex items-center gap-1 p-1.5">
          <IconButton label={words.close()} onClick={close}>
            <X size={18} aria-hidden />
          </IconButton>
          <h1 className="grow px-2 font-semibold max-sm:sr-only">{words.comparison()}</h1>
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
            {shown.map((asset, at) => (
              <Pane key={asset.id} asset={asset} hasBar={at === 0} zoom={zoom} onZoom={setZoom} />
            ))}
          </div>
        )}
      </div>
    </ViewerFrame>
  );
}

function Pane({
  asset,
  hasBar,
  zoom,
  onZoom,
}: {
  asset: LibraryAssetObject;
  /** True for the one whose size the buttons show; they zoom all. */
  hasBar: boolean;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const search = useSearch();
  const picture = { width: asset.width ?? 1, height: asset.height ?? 1 };
  const zooming = useZoom(frame, { picture, zoom, onZoom });
  const [kind] = asset.content_type.split("/");
  const shown = {
    src: ownUrl(asset.url),
    className: "max-h-full max-w-full object-contain select-none",
    style: { transform: toTransform(zoom) },
  };
  return (
    <figure className="relative flex min-h-0 min-w-0 flex-col overflow-hidden bg-sunken">
      <div
        ref={frame}
        className="relative flex min-h-0 grow touch-none items-center justify-center overflow-hidden"
      >
        {kind === "image" ? (
          <img {...shown} alt={asset.prompt} draggable={false} />
        ) : kind === "video" ? (
          <video
            {...shown}
            poster={thumbnailUrl(asset.url)}
            aria-label={asset.prompt}
            controls
            loop
            playsInline
          />
        ) : (
          <audio src={shown.src} controls aria-label={asset.prompt} />
        )}
      </div>
      <figcaption className="bg-panel px-2 py-1 text-xs">
        <Link
          href={showAsset("", search, asset.id)}
          replace
          className="line-clamp-2 hover:underline"
        >
          {asset.prompt === "" ? words.resultWithoutPrompt() : asset.prompt}
        </Link>
        <p className="truncate text-soft">
          {asset.model}
          {asset.width !== null && ` · ${asset.width} × ${asset.height}`}
        </p>
      </figcaption>
      {hasBar && (
        <div className="fixed top-0.5 right-13">
          <ZoomBar {...zooming} />
        </div>
      )}
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
