// The filters that are needed less often: model, tag, account, days.

import { useId } from "react";

import { Button } from "../controls/button.tsx";
import { useModels } from "../data/queries.ts";
import * as words from "../words/library.js";
import { usualView } from "./filters.ts";
import type { LibraryView } from "./filters.ts";

const fields = ["model", "tag", "account", "from", "to"] as const;

/** Returns whether any of these filters is set. */
export function hasMoreFilters(view: LibraryView): boolean {
  return fields.some((field) => view[field] !== "");
}

/** The fields of the filters. */
export function MoreFilters({
  view,
  onChange,
}: {
  view: LibraryView;
  onChange: (changes: Partial<LibraryView>) => void;
}) {
  const models = useModels();
  const list = useId();
  const text = (name: "tag" | "account", label: string) => (
    <Labelled label={label}>
      <input
        className="field w-full"
        defaultValue={view[name]}
        maxLength={100}
        onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value.trim() })}
      />
    </Labelled>
  );
  const day = (name: "from" | "to", label: string) => (
    <Labelled label={label}>
      <input
        type="date"
        className="field w-full"
        value={view[name]}
        onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
      />
    </Labelled>
  );
  return (
    <div className="flex flex-col gap-2">
      <Labelled label={words.model()}>
        <input
          list={list}
          className="field w-full"
          defaultValue={view.model}
          maxLength={100}
          onChange={({ currentTarget }) => onChange({ model: currentTarget.value.trim() })}
        />
        <datalist id={list}>
          {(models.data ?? []).map(({ id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
      </Labelled>
      {text("tag", words.tag())}
      {text("account", words.account())}
      <div className="grid grid-cols-2 gap-2">
        {day("from", words.fromDay())}
        {day("to", words.toDay())}
      </div>
      <Button
        disabled={!hasMoreFilters(view)}
        onClick={() =>
          onChange(Object.fromEntries(fields.map((field) => [field, usualView[field]])))
        }
      >
        {words.clearFilters()}
      </Button>
    </div>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <label className="flex flex-col gap-0.5">
      <span className="text-soft">{label}</span>
      {children}
    </label>
  );
}
