// Choosing a ratio: drawn shapes, with the pixels of the one in force; those that the model does not make are grey.

import { formatNumber } from "../../words/format.ts";
import * as words from "../../words/choices.js";
import { changeDraft } from "../draft.ts";
import { choicesOf } from "../legality.ts";
import { RatioShape } from "./ratio-shape.tsx";
import type { ComposerState } from "../use-composer.ts";

/** The list, in the box of the button. */
export function RatioList({
  state,
  shown,
  close,
}: {
  state: ComposerState;
  /** The ratio in force. */
  shown: string;
  close: () => void;
}) {
  const { facts, estimate, offered, modelId } = state;
  const job = estimate?.jobs[0];
  const known = choicesOf(offered, facts, ({ ratios }) => ratios);
  const choices = known.length === 0 ? [{ value: shown, isLegal: true }] : known;
  return (
    <>
      <div role="radiogroup" aria-label={words.ratios()} className="grid grid-cols-4 gap-1">
        {choices.map(({ value: ratio, isLegal }) => (
          <button
            key={ratio}
            type="button"
            role="radio"
            aria-checked={ratio === shown}
            disabled={!isLegal}
            title={isLegal ? undefined : words.notWithModel({ choice: ratio })}
            onClick={() => {
              changeDraft({ ratio });
              close();
            }}
            className={`target flex flex-col items-center gap-1 rounded-md py-2 text-xs disabled:opacity-40 ${ratio === shown ? "bg-accent-soft text-accent" : "enabled:hover:bg-hover"}`}
          >
            <RatioShape ratio={ratio} />
            {ratio}
          </button>
        ))}
      </div>
      {job?.width !== undefined && job.height !== undefined && (
        <p className="px-1 pt-2 text-xs text-soft">
          {formatNumber(job.width)} × {formatNumber(job.height)}
        </p>
      )}
      {modelId !== null && choices.some(({ isLegal }) => !isLegal) && (
        <p className="px-1 pt-2 text-xs text-soft">{words.greyRatios({ model: modelId })}</p>
      )}
    </>
  );
}
