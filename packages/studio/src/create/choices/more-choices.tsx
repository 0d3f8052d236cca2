// The choices that few need: the seed with its lock, and what to leave out.

import { Lock, LockOpen } from "lucide-react";
import { useId } from "react";
import type { ReactNode } from "react";

import { IconButton } from "../../controls/button.tsx";
import * as words from "../../words/choices.js";
import { changeDraft } from "../draft.ts";
import type { Draft } from "../draft.ts";

const maxSeed = 0xffff_ffff;

/** The choices, in the box of the button. */
export function MoreChoices({ draft }: { draft: Draft }) {
  return (
    <div className="flex flex-col gap-3 p-1">
      <SeedField seed={draft.seed} />
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
  );
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** The seed: random each time while it is open, the same each time while it is locked. */
function SeedField({ seed }: { seed: number | null }) {
  const id = useId();
  const isLocked = seed !== null;
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs text-soft">
        {words.seed()}
      </label>
      <div className="flex gap-1">
        <input
          id={id}
          className="field min-w-0 grow"
          inputMode="numeric"
          placeholder={words.seedHint()}
          value={seed ?? ""}
          onInput={({ currentTarget }) => {
            const digits = currentTarget.value.replaceAll(/\D/g, "");
            changeDraft({ seed: digits === "" ? null : Math.min(Number(digits), maxSeed) });
          }}
        />
        <IconButton
          label={words.lockSeed()}
          aria-pressed={isLocked}
          look="usual"
          onClick={() => changeDraft({ seed: isLocked ? null : randomSeed() })}
        >
          {isLocked ? <Lock size={16} aria-hidden /> : <LockOpen size={16} aria-hidden />}
        </IconButton>
      </div>
      <p className="mt-1 text-xs text-soft">{isLocked ? words.seedLocked() : words.seedOpen()}</p>
    </div>
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
