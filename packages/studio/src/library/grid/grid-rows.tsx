// The rows of the grid that are seen, and no others.

import { memo } from "react";

import { formatDay, formatNumber } from "../../words/format.ts";
import * as words from "../../words/library.js";
import type { AssetIndex } from "../asset-index.ts";
import { dayStart } from "../filters.ts";
import { GridCell } from "./grid-cell.tsx";
import type { GridLayout, GridRow } from "./grid-layout.ts";
import type { Thumbnails } from "./thumbnails.ts";
import { isSelected } from "../selection.ts";
import type { Selection } from "../selection.ts";

/** What the rows show. */
export interface GridRowsProps {
  rows: readonly GridRow[];
  layout: GridLayout;
  index: AssetIndex;
  /** The index's version: its results change in place. */
  version: number;
  base: number;
  selection: Selection;
  active: number;
  showsPictures: boolean;
  thumbnails: Thumbnails;
  /** The prompts that are known, by the results' ids. */
  prompts: ReadonlyMap<string, string>;
}

const noon = 43_200;

/** The rows, each where it belongs. */
export function GridRows({ rows, ...rest }: GridRowsProps) {
  return rows.map((row) =>
    row.kind === "heading" ? (
      <Heading key={row.ordinal} row={row} layout={rest.layout} base={rest.base} />
    ) : (
      <CellsRow key={row.ordinal} row={row} {...rest} />
    ),
  );
}

const Heading = memo(function Heading({
  row,
  layout,
  base,
}: {
  row: GridRow;
  layout: GridLayout;
  base: number;
}) {
  const day = layout.days[row.day]?.day ?? "1970-01-01";
  return (
    <div
      role="row"
      aria-rowindex={row.ordinal + 1}
      className="library-row flex items-end gap-2 pb-1.5"
      style={{ height: row.height, transform: `translateY(${row.top - base}px)` }}
    >
      <span role="rowheader" aria-colspan={layout.measures.columns} className="font-semibold">
        {formatDay(dayStart(day) + noon)}
        <span className="ml-2 font-normal text-soft">
          {words.results({ count: row.count, number: formatNumber(row.count) })}
        </span>
      </span>
    </div>
  );
});

function CellsRow({
  row,
  layout,
  index,
  base,
  selection,
  active,
  showsPictures,
  thumbnails,
  prompts,
}: Omit<GridRowsProps, "rows"> & { row: GridRow }) {
  const { cell, gap } = layout.measures;
  return (
    <div
      role="row"
      aria-rowindex={row.ordinal + 1}
      className="library-row"
      style={{ height: row.height, transform: `translateY(${row.top - base}px)` }}
    >
      {Array.from({ length: row.count }, (_, column) => {
        const place = row.first + column;
        const asset = index.at(place);
        return (
          <GridCell
            key={column}
            asset={asset}
            index={place}
            column={column}
            left={column * (cell + gap)}
            size={cell}
            isSelected={asset !== undefined && isSelected(selection, asset.id)}
            isActive={place === active}
            showsPicture={showsPictures}
            source={asset && thumbnails.sourceOf(asset)}
            prompt={asset === undefined ? "" : (prompts.get(asset.id) ?? "")}
          />
        );
      })}
    </div>
  );
}
