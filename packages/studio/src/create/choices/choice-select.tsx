// A choice among values, such as the resolution: what the model does not take is disabled, and says so.

import * as words from "../../words/create.js";
import type { Choice } from "../legality.ts";

/** The choice; `current` is what counts while nothing is chosen. */
export function ChoiceSelect<Value extends string | number>({
  label,
  current,
  choices,
  toText,
  onChoose,
}: {
  label: string;
  current: Value | null;
  choices: readonly Choice<Value>[];
  toText: (value: Value) => string;
  onChoose: (value: Value) => void;
}) {
  // Before the models are read there is nothing to choose, and no model to blame.
  const offered = choices.some(({ isLegal }) => isLegal) ? choices : [];
  const isKnown = offered.some(({ value }) => value === current);
  return (
    <select
      className="field [field-sizing:content] max-w-28"
      aria-label={label}
      title={label}
      value={current === null ? "" : String(current)}
      disabled={offered.length === 0}
      onChange={({ currentTarget }) => {
        const chosen = choices.find(({ value }) => String(value) === currentTarget.value);
        if (chosen !== undefined) onChoose(chosen.value);
      }}
    >
      {!isKnown && (
        <option value={current === null ? "" : String(current)}>
          {current === null ? label : toText(current)}
        </option>
      )}
      {offered.map(({ value, isLegal }) => (
        <option key={value} value={String(value)} disabled={!isLegal}>
          {isLegal ? toText(value) : words.notWithModel({ choice: toText(value) })}
        </option>
      ))}
    </select>
  );
}
