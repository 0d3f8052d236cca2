// The choices below the prompt: model, ratio, resolution, count or duration, seed, what to leave out, batch.

import { SlidersHorizontal } from "lucide-react";
import { Suspense, lazy } from "react";

import { Popover } from "../controls/popover.tsx";
import * as words from "../words/create.js";
import { changeDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { ChoiceSelect } from "./choices/choice-select.tsx";
import { choicesOf, countsOf } from "./legality.ts";
import { ModelPicker } from "./choices/model-picker.tsx";
import { RatioPicker } from "./choices/ratio-picker.tsx";
import { kindName } from "./texts.ts";
import { chooseKind } from "./use-composer.ts";
import type { ComposerState } from "./use-composer.ts";

const MoreChoices = lazy(async () => ({
  default: (await import("./choices/lists.ts")).MoreChoices,
}));

const kinds = ["image", "video", "audio"] as const;

/** The row of choices. */
export function OptionsRow({ state }: { state: ComposerState }) {
  const { draft, facts, offered, estimate } = state;
  const job = estimate?.jobs[0];
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <KindChoice state={state} />
      {draft.kind !== "audio" && (
        <>
          <ModelPicker state={state} />
          <RatioPicker state={state} />
          <ChoiceSelect
            label={words.resolution()}
            current={draft.resolution ?? job?.resolution ?? null}
            choices={choicesOf(offered, facts, ({ resolutions }) => resolutions)}
            toText={(resolution) => resolution}
            onChoose={(resolution) => changeDraft({ resolution })}
          />
        </>
      )}
      {draft.kind === "image" && (
        <ChoiceSelect
          label={words.count()}
          current={draft.count ?? job?.count ?? facts?.counts.default ?? 4}
          choices={choicesOf(offered, facts, countsOf)}
          toText={(count) => `× ${count}`}
          onChoose={(count) => changeDraft({ count })}
        />
      )}
      {draft.kind === "video" && (
        <ChoiceSelect
          label={words.duration()}
          current={draft.durationSeconds ?? job?.duration_seconds ?? null}
          choices={choicesOf(offered, facts, ({ durations }) => durations)}
          toText={(count) => words.seconds({ count })}
          onChoose={(durationSeconds) => changeDraft({ durationSeconds })}
        />
      )}
      {draft.kind !== "audio" && <More draft={draft} />}
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

/** The button that opens what few need; a dot tells that some of it is set. */
function More({ draft }: { draft: Draft }) {
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
      <Suspense fallback={<div className="h-44" />}>
        <MoreChoices draft={draft} />
      </Suspense>
    </Popover>
  );
}
