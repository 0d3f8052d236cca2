// The form of a new or a stored key.

import { useState } from "react";

import { Button } from "../controls/button.tsx";
import * as words from "../words/admin.js";
import { Field } from "./field.tsx";
import { isComplete, limitNames, scopes } from "./key-rules.ts";
import type { KeyForm, LimitName } from "./key-rules.ts";

const limitTitles: Readonly<Record<LimitName, () => string>> = {
  daily_credits: words.dailyCredits,
  monthly_credits: words.monthlyCredits,
  requests_per_minute: words.requestsPerMinute,
  parallel_jobs: words.parallelJobs,
};
const scopeTitles = {
  read: words.scopeRead,
  generate: words.scopeGenerate,
  account: words.scopeAccount,
  admin: words.scopeAdmin,
};

/** Shows the form; `onSave` gets it once it is complete. */
export function KeyFormFields({
  initial,
  submit,
  onSave,
}: {
  initial: KeyForm;
  submit: string;
  onSave: (form: KeyForm) => void;
}) {
  const [form, setForm] = useState(initial);
  const set = (change: Partial<KeyForm>): void => setForm((before) => ({ ...before, ...change }));
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete(form)) onSave(form);
      }}
    >
      <Field title={words.name()}>
        {(id) => (
          <input
            id={id}
            className="field w-full"
            required
            maxLength={64}
            value={form.name}
            onInput={({ currentTarget }) => set({ name: currentTarget.value })}
          />
        )}
      </Field>
      <ScopeChoice form={form} set={set} />
      <div className="grid grid-cols-2 gap-3">
        <LimitFields form={form} set={set} />
        <Field title={words.models()}>
          {(id) => (
            <input
              id={id}
              className="field w-full"
              placeholder={words.commas()}
              value={form.models}
              onInput={({ currentTarget }) => set({ models: currentTarget.value })}
            />
          )}
        </Field>
        <Field title={words.expires()}>
          {(id) => (
            <input
              id={id}
              type="date"
              className="field w-full"
              value={form.expires}
              onInput={({ currentTarget }) => set({ expires: currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <label className="target flex items-center gap-1.5">
        <input
          type="checkbox"
          checked={form.disabled}
          onChange={({ currentTarget }) => set({ disabled: currentTarget.checked })}
        />
        {words.disabled()}
      </label>
      <Button look="main" type="submit" className="self-end" disabled={!isComplete(form)}>
        {submit}
      </Button>
    </form>
  );
}

interface PartProps {
  form: KeyForm;
  set: (change: Partial<KeyForm>) => void;
}

function ScopeChoice({ form, set }: PartProps) {
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="text-soft">{words.scopes()}</legend>
      {scopes.map((scope) => (
        <label key={scope} className="target flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={form.scopes.includes(scope)}
            onChange={({ currentTarget }) =>
              set({
                scopes: scopes.filter((each) =>
                  each === scope ? currentTarget.checked : form.scopes.includes(each),
                ),
              })
            }
          />
          {scopeTitles[scope]()}
        </label>
      ))}
    </fieldset>
  );
}

function LimitFields({ form, set }: PartProps) {
  return (
    <>
      {limitNames.map((name) => (
        <Field key={name} title={limitTitles[name]()}>
          {(id) => (
            <input
              id={id}
              className="field w-full tabular-nums"
              inputMode="numeric"
              pattern="\d*"
              placeholder={words.noLimit()}
              value={form[name]}
              onInput={({ currentTarget }) => set({ [name]: currentTarget.value })}
            />
          )}
        </Field>
      ))}
    </>
  );
}
