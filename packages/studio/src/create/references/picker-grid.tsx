// The grid of the dialog that chooses references: one stop for Tab, moved by arrows, chosen with Space or a press.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { Music, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { Skeleton } from "../../controls/skeleton.tsx";
import { thumbnailUrl } from "../../data/base.ts";
import * as words from "../../words/references.js";

/** What the grid shows and tells. */
export interface PickerGridProps {
  assets: readonly LibraryAssetObject[];
  chosen: readonly LibraryAssetObject[];
  isLoading: boolean;
  onToggle: (asset: LibraryAssetObject) => void;
  /** Called when the last row comes near. */
  onEnd: () => void;
}

const skeletonCells = 18;
const nearEndPixels = 600;

/** Returns where a key leads in a grid of so many columns; undefined for a key that does not move. */
export function placeAfter(
  key: string,
  { at, count, columns }: { at: number; count: number; columns: number },
): number | undefined {
  const places: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: count - 1,
  };
  const place = places[key];
  if (place === undefined) return undefined;
  return place < 0 || place >= count ? at : place;
}

function countColumns(box: HTMLElement): number {
  return getComputedStyle(box).gridTemplateColumns.split(" ").length;
}

/** The grid. */
export function PickerGrid({ assets, chosen, isLoading, onToggle, onEnd }: PickerGridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const at = Math.max(0, Math.min(active, assets.length - 1));
  // A tall window shows the end at once.
  useEffect(() => {
    if (box.current !== null && isNearEnd(box.current)) onEnd();
  }, [assets.length]);
  const moveTo = (place: number): void => {
    setActive(place);
    box.current?.querySelectorAll<HTMLElement>("[role=option]")[place]?.focus();
  };
  return (
    <div
      ref={box}
      role="listbox"
      aria-multiselectable
      aria-label={words.fromLibrary()}
      className="grid min-h-0 grow grid-cols-[repeat(auto-fill,minmax(7rem,1fr))] content-start gap-1 overflow-y-auto p-1"
      onScroll={({ currentTarget }) => {
        if (isNearEnd(currentTarget)) onEnd();
      }}
      onKeyDown={(event) => {
        const asset = assets[at];
        if (asset === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        const columns = box.current === null ? 1 : countColumns(box.current);
        const place = placeAfter(event.key, { at, count: assets.length, columns });
        if (place !== undefined) moveTo(place);
        else if (event.key === " " || event.key === "Enter" || event.key === "x") onToggle(asset);
        else return;
        event.preventDefault();
      }}
    >
      {assets.map((asset, place) => (
        <Cell
          key={asset.id}
          asset={asset}
          number={chosen.findIndex(({ id }) => id === asset.id) + 1}
          isActive={place === at}
          onPress={() => {
            setActive(place);
            onToggle(asset);
          }}
        />
      ))}
      {isLoading &&
        Array.from({ length: skeletonCells }, (_, cell) => (
          <Skeleton key={cell} className="aspect-square" />
        ))}
    </div>
  );
}

function isNearEnd({ scrollTop, clientHeight, scrollHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < nearEndPixels;
}

function Cell({
  asset,
  number,
  isActive,
  onPress,
}: {
  asset: LibraryAssetObject;
  /** Its number among what is chosen; 0 where it is not. */
  number: number;
  isActive: boolean;
  onPress: () => void;
}) {
  const { content_type: type, url, prompt } = asset;
  const isSound = type.startsWith("audio/");
  return (
    <div
      role="option"
      aria-selected={number > 0}
      aria-label={prompt === "" ? asset.id : prompt}
      title={prompt}
      tabIndex={isActive ? 0 : -1}
      onClick={onPress}
      className={`relative flex aspect-square cursor-pointer items-center justify-center overflow-hidden rounded-md bg-sunken ${number > 0 ? "outline-3 outline-accent" : ""}`}
    >
      {isSound ? (
        <Music aria-hidden size={28} />
      ) : (
        <img src={thumbnailUrl(url)} alt="" loading="lazy" className="size-full object-cover" />
      )}
      {type.startsWith("video/") && (
        <Play aria-hidden size={18} className="absolute text-white" fill="currentColor" />
      )}
      {number > 0 && (
        <span className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-full bg-accent text-xs font-semibold text-on-accent">
          {number}
        </span>
      )}
    </div>
  );
}
