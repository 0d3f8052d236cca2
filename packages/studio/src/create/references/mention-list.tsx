// The references that `@` in the prompt may mean.

import * as words from "../../words/references.js";
import type { Mentionable } from "./mentions.ts";
import { previewOf } from "./upload.ts";
import { listId } from "./use-mentions.ts";
import type { Mentions } from "./use-mentions.ts";

/** The list, above the field. */
export function MentionList({ mentions: { found, chosen, choose } }: { mentions: Mentions }) {
  return (
    <div
      id={listId}
      role="listbox"
      aria-label={words.mentions()}
      className="absolute bottom-full left-0 z-20 flex max-h-48 w-72 max-w-full flex-col overflow-y-auto rounded-lg border border-line bg-panel p-1 shadow-high"
    >
      {found.map((mentionable, at) => (
        <div
          key={mentionable.reference.id}
          id={`${listId}-${at}`}
          role="option"
          aria-selected={at === chosen}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            choose(mentionable);
          }}
          className={`target flex shrink-0 cursor-pointer items-center gap-2 rounded-md px-1.5 py-1 ${at === chosen ? "bg-accent-soft" : "hover:bg-hover"}`}
        >
          <Picture mentionable={mentionable} />
          <span className="font-medium">@{mentionable.number}</span>
          <span className="min-w-0 truncate text-soft" dir="auto">
            {mentionable.reference.name}
          </span>
        </div>
      ))}
    </div>
  );
}

function Picture({ mentionable: { reference } }: { mentionable: Mentionable }) {
  const url = previewOf(reference);
  return url === null ? (
    <span className="size-8 shrink-0 rounded-sm bg-sunken" />
  ) : (
    <img src={url} alt="" className="size-8 shrink-0 rounded-sm object-cover" />
  );
}
