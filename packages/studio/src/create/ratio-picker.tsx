// Choosing a ratio: drawn shapes, with the pixels of the one in force.

import { Popover } from "../controls/popover.tsx";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/create.js";
import { changeDraft } from "./draft.ts";
import type { ComposerState } from "./use-composer.ts";

const shapePixels = 26;

/** The shape of a ratio such as `16:9`. */
export function RatioShape({ ratio, size = shapePixels }: { ratio: string; size?: number }) {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  const scale = size / Math.max(width, height);
  return (
    <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden>
      <rect
        x={(size - width * scale) / 2 + 1}
        y={(size - height * scale) / 2 + 1}
        width={Math.max(2, width * scale - 2)}
        height={Math.max(2, height * scale - 2)}
        rx={2}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
      />
    </svg>
  );
}

/** The button that shows the ratio and opens the shapes. */
export function RatioPicker({ state }: { state: ComposerState }) {
  const { draft, facts, estimate } = state;
  const job = estimate?.jobs[0];
  const shown = draft.ratio ?? job?.ratio ?? "1:1";
  const pixels =
    job?.width === undefined || job.height === undefined
      ? null
      : `${formatNumber(job.width)} × ${formatNumber(job.height)}`;
  return (
    <Popover
      look="usual"
      label={`${words.ratio()}: ${shown}`}
      boxClassName="w-72"
      button={
        <>
          <RatioShape ratio={shown} size={16} />
          {shown}
        </>
      }
    >
      {(close) => (
        <>
          <div role="radiogroup" aria-label={words.ratio()} className="grid grid-cols-4 gap-1">
            {(facts?.ratios ?? [shown]).map((ratio) => (
              <button
                key={ratio}
                type="button"
                role="radio"
                aria-checked={ratio === shown}
                onClick={() => {
                  changeDraft({ ratio });
                  close();
                }}
                className={`target flex flex-col items-center gap-1 rounded-md py-2 text-xs ${ratio === shown ? "bg-accent-soft text-accent" : "hover:bg-hover"}`}
              >
                <RatioShape ratio={ratio} />
                {ratio}
              </button>
            ))}
          </div>
          {pixels !== null && <p className="px-1 pt-2 text-xs text-soft">{pixels}</p>}
        </>
      )}
    </Popover>
  );
}
