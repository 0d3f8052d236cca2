// The filters that are needed less often: model, tag, account, key, days.

import { useQuery } from "@tanstack/react-query";
import { Fragment, useId, useState } from "react";

import { Button } from "../controls/button.tsx";
import { client } from "../data/client.ts";
import { useAccounts, useModels, useSelf } from "../data/queries.ts";
import * as words from "../words/library.js";
import { usualView } from "./filters.ts";
import type { LibraryView } from "./filters.ts";

const fields = ["model", "tag", "account", "key", "from", "to"] as const;

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
  // What is typed stands in the fields themselves: they are made anew when all is cleared.
  const [cleared, setCleared] = useState(0);
  const models = useModels();
  const { data: accounts = [] } = useAccounts();
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
      <Fragment key={cleared}>
        <Proposed
          label={words.model()}
          value={view.model}
          proposals={(models.data ?? []).map(({ id }) => id)}
          onChange={(model) => onChange({ model })}
        />
        <Proposed label={words.tag()} value={view.tag} onChange={(tag) => onChange({ tag })} />
        <Proposed
          label={words.account()}
          value={view.account}
          proposals={accounts.map(({ name }) => name)}
          onChange={(account) => onChange({ account })}
        />
      </Fragment>
      <KeyChoice value={view.key} onChange={(key) => onChange({ key })} />
      <div className="grid grid-cols-2 gap-2">
        {day("from", words.fromDay())}
        {day("to", words.toDay())}
      </div>
      <Button
        disabled={!hasMoreFilters(view)}
        onClick={() => {
          setCleared(cleared + 1);
          onChange(Object.fromEntries(fields.map((field) => [field, usualView[field]])));
        }}
      >
        {words.clearFilters()}
      </Button>
    </div>
  );
}

/** A field with proposals. */
function Proposed({
  label,
  value,
  proposals = [],
  onChange,
}: {
  label: string;
  value: string;
  proposals?: readonly string[];
  onChange: (value: string) => void;
}) {
  const list = useId();
  return (
    <Labelled label={label}>
      <input
        list={list}
        className="field w-full"
        defaultValue={value}
        maxLength={100}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
      <datalist id={list}>
        {proposals.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </Labelled>
  );
}

/** A choice among the keys, for the owner of a gateway that has any. */
function KeyChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { data: self } = useSelf();
  const { data: keys = [] } = useQuery({
    queryKey: ["keys"],
    enabled: self?.scopes.includes("admin") === true,
    queryFn: async ({ signal }) => (await client.keys.list({ signal })).data,
  });
  if (keys.length === 0) return null;
  return (
    <Labelled label={words.key()}>
      <select
        className="field w-full"
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        <option value="">{words.allOfThem()}</option>
        {keys.map(({ id, name }) => (
          <option key={id} value={id ?? ""}>
            {name}
          </option>
        ))}
      </select>
    </Labelled>
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
