// What the library shows while it has nothing to show.

import { Link } from "wouter";

import { Button, buttonClass } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import * as words from "../words/library.js";
import { usualView } from "./filters.ts";
import type { CellSize, LibraryView } from "./filters.ts";
import { measureGrid } from "./grid/grid-layout.ts";
import { reasonText } from "../words/errors.ts";

const skeletonRows = 3;

/** Cells of the size that is coming, so that nothing jumps. */
export function LibrarySkeleton({ size, width }: { size: CellSize; width: number }) {
  const { columns, cell, gap, heading } = measureGrid(width > 1 ? width : innerWidth - 160, size);
  return (
    <div
      aria-hidden
      className="absolute inset-0 overflow-hidden px-4"
      style={{ paddingTop: heading }}
    >
      <div className="flex flex-wrap" style={{ gap }}>
        {Array.from({ length: columns * skeletonRows }, (_, at) => (
          <div key={at} style={{ width: cell, height: cell }}>
            <Skeleton className="h-full w-full" />
          </div>
        ))}
      </div>
    </div>
  );
}

/** Says that nothing is there, and what to do about it. */
export function EmptyLibrary({
  view,
  isNarrowed,
  onChange,
}: {
  view: LibraryView;
  isNarrowed: boolean;
  onChange: (changes: Partial<LibraryView>) => void;
}) {
  const text = isNarrowed
    ? words.nothingFound()
    : view.trashed
      ? words.trashIsEmpty()
      : words.libraryIsEmpty();
  return (
    <div className="pointer-events-none absolute inset-0 grid place-content-center gap-3 p-6 text-center">
      <p className="text-base text-soft">{text}</p>
      <div className="pointer-events-auto">
        {isNarrowed ? (
          <Button
            onClick={() => onChange({ ...usualView, size: view.size, trashed: view.trashed })}
          >
            {words.clearFilters()}
          </Button>
        ) : (
          !view.trashed && (
            <Link href="/" className={buttonClass("main")}>
              {words.makeFirst()}
            </Link>
          )
        )}
      </div>
    </div>
  );
}

/** Says what went wrong, and reads again on a press; what is loaded stays. */
export function LibraryFailure({ failure, onAgain }: { failure: unknown; onAgain: () => void }) {
  if (!(failure instanceof Error)) return null;
  return (
    <Note
      tone="bad"
      className="mx-3 mb-2"
      actions={<Button onClick={onAgain}>{words.again()}</Button>}
    >
      {reasonText(failure)}
    </Note>
  );
}
