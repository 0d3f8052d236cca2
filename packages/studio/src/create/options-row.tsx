// The choices below the prompt: model, ratio, resolution, count or duration, seed, what to leave out, batch.

import { SlidersHorizontal } from "lucide-react";
import type { ReactNode } from "react";

import { Popover } from "../controls/popover.tsx";
import * as words from "../words/create.js";
import { changeDraft } from "./draft.ts";
import { countsOf } from "./legality.ts";
import { ModelPicker } from "./model-picker.tsx";
import { RatioPicker } from "./ratio-picker.tsx";
import { kindName } from "./texts.ts";
import { chooseKind } from "./use-composer.ts";
import type { ComposerState } from "./use-composer.ts";

const kinds = ["image", "video", "audio"] as const;
const maxSeed = 0xffff_ffff;

/** The row of choices. */
export function OptionsRow({ state }: { state: ComposerState }) {
  const { draft, facts, estimate } = state;
  const job = estimate?.jobs[0];
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <KindChoice state={state} />
      {draft.kind !== "audio" && (
        <>
          <ModelPicker state={state} />
          <RatioPicker state={state} />
          <Select
            label={words.resolution()}
            value={draft.resolution ?? job?.resolution ?? ""}
            options={(facts?.resolutions ?? []).map((each) => [each, each])}
            onChoose={(resolution) => changeDraft({ resolution })}
          />
        </>
      )}
      {draft.kind === "image" && (
        <Select
          label={words.count()}
          value={String(draft.count ?? job?.count ?? facts?.counts.default ?? 4)}
          options={countsOf(facts).map((count) => [String(count), `× ${count}`])}
          onChoose={(count) => changeDraft({ count: Number(count) })}
        />
      )}
      {draft.kind === "video" && (
        <Select
          label={words.duration()}
          value={String(draft.durationSeconds ?? job?.duration_seconds ?? "")}
          options={(facts?.durations ?? []).map((count) => [
            String(count),
            words.seconds({ count }),
          ])}
          onChoose={(seconds) => changeDraft({ durationSeconds: Number(seconds) })}
        />
      )}
      {draft.kind !== "audio" && <MoreChoices state={state} />}
      <label
        className="target flex items-center gap-1.5 rounded-md px-2 hover:bg-hover"
        title={words.batchHint()}
      >
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={draft.isBatch}
          onChange={({ currentTarget }) => changeDraft({ isBatch: currentTarget.checked })}
        />
        {words.batch()}
      </label>
    </div>
  );
}

function KindChoice({ state }: { state: ComposerState }) {
  return (
    <fieldset className="flex rounded-md bg-sunken p-0.5">
      <legend className="sr-only">{words.kind()}</legend>
      {kinds.map((kind) => (
        <label
          key={kind}
          className="target flex items-center justify-center rounded-sm px-2 has-checked:bg-raised has-checked:font-medium has-checked:shadow-low has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="kind"
            className="sr-only"
            checked={state.draft.kind === kind}
            onChange={() => chooseKind(kind)}
          />
          {kindName(kind)}
        </label>
      ))}
    </fieldset>
  );
}

function Select({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChoose: (value: string) => void;
}) {
  const isKnown = options.some(([each]) => each === value);
  return (
    <select
      className="field"
      aria-label={label}
      title={label}
      value={value}
      disabled={options.length < 2}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      {!isKnown && <option value={value}>{value === "" ? label : value}</option>}
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

function MoreChoices({ state: { draft } }: { state: ComposerState }) {
  const isUsed = draft.seed !== null || draft.negativePrompt !== "";
  return (
    <Popover
      look="usual"
      label={words.more()}
      button={
        <>
          <SlidersHorizontal size={16} aria-hidden />
          {isUsed && <span className="size-1.5 rounded-full bg-accent" />}
        </>
      }
    >
      <div className="flex flex-col gap-3 p-1">
        <Field label={words.seed()}>
          <input
            className="field w-full"
            inputMode="numeric"
            placeholder={words.seedHint()}
            value={draft.seed ?? ""}
            onInput={({ currentTarget }) => {
              const digits = currentTarget.value.replaceAll(/\D/g, "");
              changeDraft({ seed: digits === "" ? null : Math.min(Number(digits), maxSeed) });
            }}
          />
        </Field>
        {draft.kind === "image" && (
          <Field label={words.negativePrompt()}>
            <textarea
              className="field w-full"
              rows={2}
              placeholder={words.negativeHint()}
              value={draft.negativePrompt}
              onInput={({ currentTarget }) => changeDraft({ negativePrompt: currentTarget.value })}
            />
          </Field>
        )}
      </div>
    </Popover>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="block">
      <span className="mb-1 block text-xs text-soft">{label}</span>
      {children}
    </label>
  );
}
