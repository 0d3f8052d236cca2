// What is typed of a mention in the prompt, and which reference is chosen for it with arrows and Enter.

import { useEffect, useState } from "react";
import type { KeyboardEvent, RefObject } from "react";

import { changeDraft } from "../draft.ts";
import type { Draft } from "../draft.ts";
import { completeMention, findOpenMention, matchMentions } from "./mentions.ts";
import type { Mentionable, OpenMention } from "./mentions.ts";

/** What the prompt's field does about mentions. */
export interface Mentions {
  found: readonly Mentionable[];
  /** The place of the chosen one in `found`. */
  chosen: number;
  /** Attributes of the field that tell a screen reader of the list. */
  attributes: { "aria-controls"?: string; "aria-activedescendant"?: string };
  /** Looks again at where the cursor is. */
  follow: () => void;
  close: () => void;
  /** Handles a key; true where it meant the list. */
  onKey: (event: KeyboardEvent) => boolean;
  choose: (mentionable: Mentionable) => void;
}

/** The id of the list. */
export const listId = "prompt-mentions";

/** Follows what is typed of a mention in the prompt. */
export function useMentions(field: RefObject<HTMLTextAreaElement | null>, draft: Draft): Mentions {
  const [open, setOpen] = useState<OpenMention | undefined>();
  const [chosen, setChosen] = useState(0);
  const [cursor, setCursor] = useState<number | null>(null);
  const found = open === undefined ? [] : matchMentions(draft.references, open);
  // The cursor can be placed once the field shows the new text.
  useEffect(() => {
    if (cursor === null) return;
    field.current?.setSelectionRange(cursor, cursor);
    setCursor(null);
  }, [cursor, field]);
  const choose = ({ number }: Mentionable): void => {
    if (open === undefined) return;
    const completed = completeMention(draft.prompt, open, number);
    changeDraft({ prompt: completed.prompt });
    setOpen(undefined);
    setCursor(completed.cursor);
    field.current?.focus();
  };
  const at = Math.min(chosen, found.length - 1);
  return {
    found,
    chosen: at,
    attributes:
      found.length === 0
        ? {}
        : { "aria-controls": listId, "aria-activedescendant": `${listId}-${at}` },
    follow() {
      const { value = "", selectionStart = 0, selectionEnd = 0 } = field.current ?? {};
      setOpen(selectionStart === selectionEnd ? findOpenMention(value, selectionStart) : undefined);
      setChosen(0);
    },
    close: () => setOpen(undefined),
    onKey({ key, ctrlKey, metaKey, shiftKey }) {
      const one = found[at];
      if (one === undefined || ctrlKey || metaKey || shiftKey) return false;
      if (key === "ArrowDown") setChosen((at + 1) % found.length);
      else if (key === "ArrowUp") setChosen((at + found.length - 1) % found.length);
      else if (key === "Enter" || key === "Tab") choose(one);
      else if (key === "Escape") setOpen(undefined);
      else return false;
      return true;
    },
    choose,
  };
}
