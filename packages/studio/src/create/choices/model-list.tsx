// Choosing a model: newest first, with what it can do and what the draft costs with it; one that no account has is disabled, and says so.

import type { ModelObject } from "@jimeng/gateway/api";
import { useState } from "react";

import { showToast } from "../../controls/toast.tsx";
import * as words from "../../words/choices.js";
import { isOffered } from "../legality.ts";
import { changesText, creditsText } from "../texts.ts";
import { chooseModel } from "../use-composer.ts";
import type { ComposerState } from "../use-composer.ts";
import { usePrices } from "./use-prices.ts";

function choose(model: ModelObject | null): void {
  const changes = chooseModel(model);
  if (changes.length > 0) showToast({ text: changesText(changes) });
}

/** The list, in the box of the button. */
export function ModelList({ state, close }: { state: ComposerState; close: () => void }) {
  const [search, setSearch] = useState("");
  const priceOf = usePrices(state);
  const wanted = search.trim().toLowerCase();
  const found = state.models.filter(({ id, jimeng }) =>
    `${id} ${jimeng.name ?? ""}`.toLowerCase().includes(wanted),
  );
  const pick = (model: ModelObject | null): void => {
    close();
    choose(model);
  };
  return (
    <div className="flex max-h-[60dvh] flex-col gap-2">
      <input
        type="search"
        className="field"
        placeholder={words.searchModels()}
        aria-label={words.searchModels()}
        value={search}
        onInput={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      <div role="radiogroup" aria-label={words.models()} className="flex flex-col overflow-auto">
        <ModelRow isChosen={state.draft.model === null} onPick={() => pick(null)}>
          {words.automatic()}
        </ModelRow>
        {found.map((model) => {
          const reason = isOffered(model, state.regions) ? null : words.noAccountHas();
          return (
            <ModelRow
              key={model.id}
              isChosen={state.draft.model === model.id}
              disabledReason={reason}
              about={aboutModel(model, priceOf(model.id))}
              onPick={() => pick(model)}
            >
              {model.jimeng.name ?? model.id}
            </ModelRow>
          );
        })}
      </div>
    </div>
  );
}

function aboutModel({ id, jimeng }: ModelObject, price: number | null | undefined): string {
  const { status, resolutions, durations, max_references: references } = jimeng;
  const parts = [
    ...(price === undefined ? [] : [creditsText(price)]),
    ...(jimeng.name === null ? [] : [id]),
    resolutions.join(" "),
    ...(durations.length === 0
      ? []
      : [words.seconds({ count: 0 }).replace("0", rangeOf(durations))]),
    references === 0 ? words.noReferences() : words.upToReferences({ count: references }),
    ...(status === "retired" ? [words.retired()] : []),
    ...(status === "experimental" ? [words.experimental()] : []),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function rangeOf(durations: readonly number[]): string {
  const [least, most] = [Math.min(...durations), Math.max(...durations)];
  return least === most ? String(least) : `${least}–${most}`;
}

function ModelRow({
  isChosen,
  disabledReason = null,
  about,
  onPick,
  children,
}: {
  isChosen: boolean;
  disabledReason?: string | null;
  about?: string;
  onPick: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      role="radio"
      aria-checked={isChosen}
      disabled={disabledReason !== null}
      onClick={onPick}
      className={`target shrink-0 rounded-md px-2 py-1 text-left disabled:text-soft ${isChosen ? "bg-accent-soft" : "enabled:hover:bg-hover"}`}
    >
      <span className="block">{children}</span>
      {(disabledReason ?? about) !== undefined && (
        <span className="block text-xs text-soft">{disabledReason ?? about}</span>
      )}
    </button>
  );
}
