// What can be done with the selected results, at the foot of the grid.

import { Columns2, Download, RotateCcw, Star, StarOff, Tag, Trash2, X } from "lucide-react";
import { useRef, useState } from "react";

import { Button, IconButton } from "../controls/button.tsx";
import { Popover } from "../controls/popover.tsx";
import { useShortcuts } from "../controls/shortcuts.ts";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/library.js";
import { ArchiveForm } from "./archive-form.tsx";

/** What the bar shows and does. */
export interface BulkBarProps {
  count: number;
  isTrash: boolean;
  onStar: (starred: boolean) => void;
  onTag: (name: string) => void;
  onMove: (trashed: boolean) => void;
  onCompare: () => void;
  onClear: () => void;
  /** Returns the ids of the selected results. */
  idsOf: () => Promise<string[]>;
}

const mostCompared = 4;

/** The bar. */
export function BulkBar(props: BulkBarProps) {
  const { count, isTrash } = props;
  const download = useRef<HTMLSpanElement>(null);
  useShortcuts({ d: () => download.current?.querySelector("button")?.click() });
  const canCompare = count >= 2 && count <= mostCompared;
  return (
    <div
      role="toolbar"
      aria-label={words.withSelected()}
      className="flex flex-wrap items-center gap-1 border-t border-line bg-panel px-3 py-1.5"
    >
      <IconButton label={words.clearSelection()} onClick={props.onClear}>
        <X size={18} aria-hidden />
      </IconButton>
      <span className="mr-2 font-medium" role="status">
        {words.selected({ count, number: formatNumber(count) })}
      </span>
      {isTrash ? (
        <Button onClick={() => props.onMove(false)}>
          <RotateCcw size={16} aria-hidden />
          {words.restore()}
        </Button>
      ) : (
        <>
          <IconButton label={words.star()} onClick={() => props.onStar(true)}>
            <Star size={18} aria-hidden />
          </IconButton>
          <IconButton label={words.unstar()} onClick={() => props.onStar(false)}>
            <StarOff size={18} aria-hidden />
          </IconButton>
          <Popover label={words.addTag()} button={<Tag size={18} aria-hidden />}>
            {(close) => (
              <TagForm
                onTag={(name) => {
                  close();
                  props.onTag(name);
                }}
              />
            )}
          </Popover>
          <span ref={download}>
            <Popover label={words.download()} button={<Download size={18} aria-hidden />}>
              {(close) => <ArchiveForm count={count} idsOf={props.idsOf} onDone={close} />}
            </Popover>
          </span>
          <Button
            look="quiet"
            disabled={!canCompare}
            onClick={props.onCompare}
            title={words.compareHint()}
          >
            <Columns2 size={18} aria-hidden />
            {words.compare()}
          </Button>
          <Button look="quiet" className="text-bad" onClick={() => props.onMove(true)}>
            <Trash2 size={18} aria-hidden />
            {words.moveToTrash()}
          </Button>
        </>
      )}
    </div>
  );
}

function TagForm({ onTag }: { onTag: (name: string) => void }) {
  const [name, setName] = useState("");
  return (
    <form
      className="flex gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") onTag(name.trim());
      }}
    >
      <label className="min-w-0 grow">
        <span className="sr-only">{words.tag()}</span>
        <input
          autoFocus
          className="field w-full"
          placeholder={words.tag()}
          maxLength={64}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <Button type="submit" look="main">
        {words.addTag()}
      </Button>
    </form>
  );
}
