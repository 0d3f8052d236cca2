// The composer: references, prompt, choices and the button, docked at the foot of Create.

import { Eraser } from "lucide-react";
import { Suspense, lazy, useEffect, useState } from "react";

import { IconButton } from "../controls/button.tsx";
import { useStore } from "../data/store.ts";
import * as words from "../words/create.js";
import { AddReference } from "./references/add-reference.tsx";
import { proposedFiles } from "./draft.ts";
import { MakeButton, useObstacle } from "./make-button.tsx";
import { make } from "./make.ts";
import { focusPrompt } from "./open-composer.ts";
import { OptionsRow } from "./options-row.tsx";
import { clearDraft } from "./propose.ts";
import { PromptField } from "./prompt-field.tsx";
import { bringFiles, takeDrop } from "./references/bring.ts";
import { isMentionInVain } from "./references/mentions.ts";
import { useComposer } from "./use-composer.ts";

const ReferencesStrip = lazy(async () => ({
  default: (await import("./references/parts.ts")).ReferencesStrip,
}));

/** The composer; `onMade` is called when a press begins. */
export function Composer({ onMade }: { onMade?: () => void }) {
  const state = useComposer();
  const { facts } = state;
  const obstacle = useObstacle(state);
  const [isOver, setOver] = useState(false);
  const proposed = useStore(proposedFiles);
  useEffect(() => {
    if (proposed.length === 0) return;
    proposedFiles.set([]);
    for (const { file, role } of proposed) void bringFiles([file], facts, role);
  }, [proposed, facts]);
  const onMake = (): void => {
    if (obstacle !== undefined) return;
    void make(state.draft, state.prompts);
    onMade?.();
  };
  return (
    <section
      aria-label={words.composer()}
      className={`relative flex flex-col gap-2 rounded-lg border bg-panel p-2 shadow-low ${isOver ? "border-accent" : "border-line"}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer !== null) void takeDrop(event.dataTransfer, facts);
      }}
    >
      {state.draft.references.length > 0 && (
        <Suspense fallback={<div className="h-32" />}>
          <ReferencesStrip state={state} />
        </Suspense>
      )}
      <div className="flex items-start gap-1">
        <AddReference state={state} />
        <div className="min-w-0 grow">
          <PromptField
            draft={state.draft}
            most={facts?.max_prompt_length ?? null}
            onMake={onMake}
            onFiles={(files) => void bringFiles(files, facts)}
          />
        </div>
        {state.draft.prompt !== "" && (
          <IconButton
            label={words.clear()}
            onClick={() => {
              clearDraft();
              focusPrompt();
            }}
          >
            <Eraser size={18} aria-hidden />
          </IconButton>
        )}
      </div>
      {isMentionInVain(state.draft) && (
        <p role="status" className="text-xs text-warn">
          {words.mentionInVain()}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <OptionsRow state={state} />
        <MakeButton state={state} onMake={onMake} />
      </div>
      {isOver && (
        <div className="pointer-events-none absolute inset-0 flex items-center justify-center rounded-lg bg-accent-soft text-lg text-accent">
          {words.dropHere()}
        </div>
      )}
    </section>
  );
}
