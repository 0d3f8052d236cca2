// One result in the grid.

import type { GridAsset } from "@jimeng/gateway/api";
import { Check, Music, Play, Star } from "lucide-react";
import { memo } from "react";

import { tryAgain } from "../../controls/try-again.ts";
import { formatDateTime } from "../../words/format.ts";
import * as words from "../../words/library.js";
import { colourOf } from "./cell-colour.ts";

/** What a cell shows. */
export interface GridCellProps {
  asset: GridAsset | undefined;
  index: number;
  column: number;
  left: number;
  size: number;
  isSelected: boolean;
  isActive: boolean;
  /** Whether pictures are shown, or their colours only. */
  showsPicture: boolean;
  /** What its picture is shown from; undefined while that is read. */
  source: string | undefined;
  /** Empty while it is not known. */
  prompt: string;
}

/** Returns how a result is called before its prompt is known. */
function nameOf(asset: GridAsset): string {
  const at = formatDateTime(asset.created_at);
  if (asset.content_type.startsWith("video/")) return words.videoOf({ at });
  return asset.content_type.startsWith("audio/") ? words.soundOf({ at }) : words.pictureOf({ at });
}

/** A cell. What is done with it is handled by the grid, for all cells together. */
export const GridCell = memo(function GridCell({
  asset,
  index,
  column,
  left,
  size,
  isSelected,
  isActive,
  showsPicture,
  source,
  prompt,
}: GridCellProps) {
  return (
    <div
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={asset === undefined ? words.notReadYet() : prompt || nameOf(asset)}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      className={`grid-cell ${isSelected ? "is-selected" : ""}`}
      style={{
        left,
        width: size,
        height: size,
        backgroundColor: asset === undefined ? undefined : colourOf(asset),
      }}
    >
      {asset !== undefined && showsPicture && <Picture asset={asset} source={source} />}
      {asset?.starred === true && (
        <Star aria-hidden size={16} className="grid-cell-star" fill="currentColor" />
      )}
      <span data-check className="grid-cell-check" aria-hidden>
        {isSelected && <Check size={16} strokeWidth={3} />}
      </span>
    </div>
  );
});

function Picture({ asset, source }: { asset: GridAsset; source: string | undefined }) {
  if (asset.content_type.startsWith("audio/"))
    return <Music aria-hidden size={28} className="grid-cell-sound" />;
  return (
    <>
      {source !== undefined && (
        <img
          key={asset.id}
          src={source}
          alt=""
          decoding="async"
          draggable={false}
          onError={({ currentTarget }) => tryAgain(currentTarget)}
        />
      )}
      {asset.content_type.startsWith("video/") && (
        <Play aria-hidden size={18} className="grid-cell-play" fill="currentColor" />
      )}
    </>
  );
}
