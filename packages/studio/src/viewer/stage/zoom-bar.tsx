// The buttons and keys that zoom: out, to the picture's own pixels, in, and back to the whole picture.

import { Maximize, Minus, Plus } from "lucide-react";

import { IconButton } from "../../controls/button.tsx";
import { useShortcuts } from "../../controls/shortcuts.ts";
import { formatPercent } from "../../words/format.ts";
import * as words from "../../words/viewer.js";
import type { Zooming } from "./use-zoom.ts";

const keyFactor = 1.4;

/** The buttons; the keys work while they are shown. */
export function ZoomBar({ by, toActual, toWhole, shown }: Zooming) {
  const [enlarge, reduce] = [() => by(keyFactor), () => by(1 / keyFactor)];
  useShortcuts(
    {
      "+": enlarge,
      // Where the plus is above another sign.
      "Shift++": enlarge,
      "=": enlarge,
      "-": reduce,
      "0": toWhole,
      "1": toActual,
    },
    { inDialog: true },
  );
  return (
    <div className="flex items-center rounded-md bg-panel/90">
      <IconButton label={words.zoomOut()} onClick={reduce}>
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
      <IconButton label={words.zoomIn()} onClick={enlarge}>
        <Plus size={16} aria-hidden />
      </IconButton>
      <IconButton label={words.fit()} onClick={toWhole}>
        <Maximize size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
