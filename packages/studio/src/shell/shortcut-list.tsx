// The list of all keys.

import { Dialog } from "../controls/dialog.tsx";
import * as words from "../words/shortcuts.js";
import { shortcutsOpen } from "./shortcuts-open.ts";

const everywhere = (): readonly [string, string][] => [
  ["n", words.keyPrompt()],
  ["Ctrl Enter", words.keyMake()],
  ["Ctrl ↑ ↓", words.keyHistory()],
  ["g c", words.create()],
  ["g j", words.jobs()],
  ["g l", words.library()],
  ["g a", words.accounts()],
  ["g k", words.keys()],
  ["g h", words.health()],
  ["/", words.keySearch()],
  ["Ctrl K", words.keyCommands()],
  ["Esc", words.keyBack()],
  ["?", words.shortcuts()],
];

const onPictures = (): readonly [string, string][] => [
  ["← ↑ → ↓ Home End PgUp PgDn", words.keyMove()],
  ["Enter", words.keyOpen()],
  ["x", words.keySelect()],
  ["Shift ← →", words.keyRange()],
  ["Ctrl A", words.keyAll()],
  ["s", words.keyStar()],
  ["c", words.keyCompare()],
  ["d", words.keyDownload()],
  ["r", words.keyRemix()],
  ["u", words.keyReference()],
  ["i", words.keyDetails()],
  ["y", words.keyCopyPrompt()],
  ["Del", words.keyTrash()],
  ["Ctrl Z", words.keyUndo()],
];

const inViewer = (): readonly [string, string][] => [
  ["← →", words.keyNeighbour()],
  ["+ − 0 1", words.keyZoom()],
  ["f", words.keyFullscreen()],
  ["Space", words.keyPlay()],
  [", .", words.keyFrame()],
];

/** The list. */
export function ShortcutList() {
  return (
    <Dialog
      title={words.shortcuts()}
      onClose={() => shortcutsOpen.set(false)}
      className="w-[44rem]"
    >
      <div className="grid gap-6 sm:grid-cols-2">
        <Keys title={words.keysEverywhere()} rows={everywhere()} />
        <Keys title={words.keysOnPictures()} rows={onPictures()} />
        <Keys title={words.keysInViewer()} rows={inViewer()} />
      </div>
    </Dialog>
  );
}

function Keys({ title, rows }: { title: string; rows: readonly [string, string][] }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        {rows.map(([keys, act]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded-sm border border-line bg-raised px-1.5 font-mono text-xs">
                {keys}
              </kbd>
            </dt>
            <dd className="text-soft">{act}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
