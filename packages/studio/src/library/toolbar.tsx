// The search and the filters above the grid.

import {
  Film,
  Grid2x2,
  Grid3x3,
  Image,
  Music,
  Search,
  SlidersHorizontal,
  Star,
  Trash2,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode, RefObject } from "react";

import { Button, buttonClass } from "../controls/button.tsx";
import { Popover } from "../controls/popover.tsx";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/library.js";
import { cellSizes, resultKinds, usualView } from "./filters.ts";
import type { LibraryView } from "./filters.ts";
import { MoreFilters, hasMoreFilters } from "./more-filters.tsx";
import { ImportButton } from "./import-button.tsx";

/** What the toolbar shows and changes. */
export interface ToolbarProps {
  view: LibraryView;
  total: number | null;
  onChange: (changes: Partial<LibraryView>) => void;
  search: RefObject<HTMLInputElement | null>;
}

const typingMs = 120;
const kindIcons = { image: Image, video: Film, audio: Music };
const kindNames = { image: words.pictures, video: words.videos, audio: words.sounds };

/** The toolbar. */
export function Toolbar({ view, total, onChange, search }: ToolbarProps) {
  return (
    <div role="search" className="flex flex-wrap items-center gap-1.5 px-3 py-2 md:px-4">
      <h1 className="sr-only">{words.title()}</h1>
      <SearchField value={view.q} onChange={(q) => onChange({ q })} element={search} />
      <div role="group" aria-label={words.kinds()} className="flex">
        {resultKinds.map((kind) => {
          const Icon = kindIcons[kind];
          const isOn = view.kind === kind;
          return (
            <Toggle
              key={kind}
              label={kindNames[kind]()}
              isOn={isOn}
              onPress={() => onChange({ kind: isOn ? null : kind })}
            >
              <Icon size={18} aria-hidden />
            </Toggle>
          );
        })}
      </div>
      <Toggle
        label={words.onlyStarred()}
        isOn={view.starred}
        onPress={() => onChange({ starred: !view.starred })}
      >
        <Star size={18} aria-hidden fill={view.starred ? "currentColor" : "none"} />
      </Toggle>
      <Popover
        label={words.moreFilters()}
        button={<SlidersHorizontal size={18} aria-hidden />}
        className={hasMoreFilters(view) ? "bg-accent-soft text-accent" : ""}
        boxClassName="w-96"
      >
        <MoreFilters view={view} onChange={onChange} />
      </Popover>
      <span className="grow" />
      <span className="text-soft" aria-live="polite">
        {total !== null && words.results({ count: total, number: formatNumber(total) })}
      </span>
      <ImportButton />
      <Toggle
        label={words.trash()}
        isOn={view.trashed}
        onPress={() => onChange({ ...usualView, size: view.size, trashed: !view.trashed })}
      >
        <Trash2 size={18} aria-hidden />
      </Toggle>
      <SizeButtons view={view} onChange={onChange} />
    </div>
  );
}

function Toggle({
  label,
  isOn,
  onPress,
  children,
}: {
  label: string;
  isOn: boolean;
  onPress: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      aria-label={label}
      title={label}
      onClick={onPress}
      className={buttonClass("quiet", `px-1.5 ${isOn ? "bg-accent-soft text-accent" : ""}`)}
    >
      {children}
    </button>
  );
}

/** Smaller and larger cells; the keyboard reaches all four sizes by two buttons. */
function SizeButtons({ view, onChange }: Pick<ToolbarProps, "view" | "onChange">) {
  const at = cellSizes.indexOf(view.size);
  const step = (by: number): void => {
    const size = cellSizes[at + by];
    if (size !== undefined) onChange({ size });
  };
  return (
    <div role="group" aria-label={words.cellSize()} className="flex">
      <Button
        look="quiet"
        className="px-1.5"
        aria-label={words.smaller()}
        title={words.smaller()}
        disabled={at === 0}
        onClick={() => step(-1)}
      >
        <Grid3x3 size={18} aria-hidden />
      </Button>
      <Button
        look="quiet"
        className="px-1.5"
        aria-label={words.larger()}
        title={words.larger()}
        disabled={at === cellSizes.length - 1}
        onClick={() => step(1)}
      >
        <Grid2x2 size={18} aria-hidden />
      </Button>
    </div>
  );
}

function SearchField({
  value,
  onChange,
  element,
}: {
  value: string;
  onChange: (text: string) => void;
  element: RefObject<HTMLInputElement | null>;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // The address was changed by something else, such as back.
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, typingMs);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <label className="field flex w-full max-w-96 min-w-40 flex-1 items-center gap-1.5">
      <Search size={16} aria-hidden className="shrink-0 text-soft" />
      <span className="sr-only">{words.searchPrompts()}</span>
      <input
        ref={element}
        type="search"
        className="w-full min-w-0 bg-transparent outline-none"
        placeholder={words.searchPrompts()}
        maxLength={200}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  );
}
