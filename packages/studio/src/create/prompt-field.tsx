// The field of the prompt: it grows, is counted, remembers earlier prompts (Ctrl+↑), and completes names of references (@).

import { Suspense, lazy, useEffect, useRef } from "react";

import { formatNumber } from "../words/format.ts";
import * as words from "../words/create.js";
import { changeDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { countCharacters } from "./legality.ts";
import { useMentions } from "./references/use-mentions.ts";
import { stepHistory } from "./prompt-history.ts";

const MentionList = lazy(async () => ({
  default: (await import("./references/parts.ts")).MentionList,
}));

const mostRows = 10;

function hintOf({ kind, isBatch }: Draft): string {
  if (isBatch) return words.promptHintBatch();
  const hints = {
    image: words.promptHint,
    video: words.promptHintVideo,
    audio: words.promptHintAudio,
  };
  return hints[kind]();
}

/** The field; `onMake` is called for Ctrl+Enter. */
export function PromptField({
  draft,
  most,
  onMake,
  onFiles,
}: {
  draft: Draft;
  /** The most characters; null where the model names none. */
  most: number | null;
  onMake: () => void;
  onFiles: (files: readonly File[]) => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = field.current;
    if (element === null || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [draft.prompt]);
  const length = countCharacters(draft.prompt);
  const mentions = useMentions(field, draft);
  return (
    <div className="relative">
      {mentions.found.length > 0 && (
        <Suspense fallback={null}>
          <MentionList mentions={mentions} />
        </Suspense>
      )}
      <textarea
        ref={field}
        id="prompt"
        rows={draft.isBatch ? 4 : 2}
        aria-label={words.prompt()}
        placeholder={hintOf(draft)}
        value={draft.prompt}
        spellCheck={false}
        dir="auto"
        className="prompt-field block w-full resize-none bg-transparent px-1 pb-4 text-base outline-none"
        style={{ maxHeight: `${mostRows * 1.5}rem` }}
        {...mentions.attributes}
        onInput={({ currentTarget }) => {
          changeDraft({ prompt: currentTarget.value });
          mentions.follow();
        }}
        onClick={mentions.follow}
        onBlur={mentions.close}
        onPaste={(event) => {
          const files = [...(event.clipboardData?.files ?? [])];
          if (files.length === 0) return;
          event.preventDefault();
          onFiles(files);
        }}
        onKeyDown={(event) => {
          if (mentions.onKey(event)) {
            event.preventDefault();
            event.stopPropagation();
            return;
          }
          const isModified = event.ctrlKey || event.metaKey;
          if (!isModified) return;
          if (event.key === "Enter") {
            // A key that is held down repeats itself.
            if (!event.repeat) onMake();
          } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            const prompt = stepHistory(draft.prompt, event.key === "ArrowUp" ? 1 : -1);
            if (prompt !== undefined) changeDraft({ prompt });
          } else return;
          event.preventDefault();
        }}
      />
      {length > 0 && (
        <span
          className={`pointer-events-none absolute right-1 bottom-0 text-xs ${most !== null && length > most ? "text-bad" : "text-soft"}`}
        >
          {most === null ? formatNumber(length) : `${formatNumber(length)} / ${formatNumber(most)}`}
        </span>
      )}
    </div>
  );
}
