// The form that stores an account: what is pasted goes in and is never shown again.

import type { AccountObject, NewAccountBody } from "@jimeng/gateway/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useRef } from "react";
import type { FormEvent, ReactNode } from "react";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { Note } from "../controls/note.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/accounts.js";
import { reasonText } from "../words/errors.ts";

const regions = ["cn", "us", "hk", "jp", "sg"] as const;

/** Reads the form; what was left empty is left out. */
function toBody(form: HTMLFormElement): NewAccountBody {
  const fields = new FormData(form);
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const region = regions.find((each) => each === text("region"));
  return {
    session: text("session") ?? "",
    name: text("name"),
    region,
    proxy: text("proxy"),
    check: fields.has("check"),
  };
}

type Renewed = Pick<AccountObject, "name" | "region">;

/** The dialog; with an account it renews that one's session. */
export function AddAccount({ renewed, onClose }: { renewed?: Renewed; onClose: () => void }) {
  const cache = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const store = useMutation({
    mutationFn: (body: NewAccountBody) => client.accounts.store(body),
    onSuccess: ({ name }) => {
      showToast({ text: words.stored({ name }) });
      void cache.invalidateQueries();
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (form.current !== null) store.mutate(toBody(form.current));
  };
  return (
    <Dialog title={renewed === undefined ? words.add() : words.renew()} onClose={onClose}>
      <form ref={form} onSubmit={submit} className="flex flex-col gap-3" autoComplete="off">
        <Field label={words.session()} help={words.sessionHelp()}>
          {(ids) => (
            <textarea
              {...ids}
              name="session"
              required
              rows={3}
              spellCheck={false}
              autoComplete="off"
              className="field w-full font-mono [-webkit-text-security:disc]"
            />
          )}
        </Field>
        <NameAndRegion renewed={renewed} />
        <Field label={words.proxy()}>
          {(ids) => (
            <input
              {...ids}
              name="proxy"
              type="password"
              autoComplete="off"
              className="field w-full"
            />
          )}
        </Field>
        <label className="target flex items-center gap-2">
          <input type="checkbox" name="check" defaultChecked className="size-4 accent-accent" />
          {words.askSite()}
        </label>
        {store.error !== null && <Note tone="bad">{reasonText(store.error)}</Note>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.cancel()}</Button>
          <Button look="main" type="submit" disabled={store.isPending}>
            {store.isPending ? words.storing() : words.store()}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function NameAndRegion({ renewed }: { renewed: Renewed | undefined }) {
  return (
    <>
      <Field label={words.name()} help={renewed === undefined ? words.nameHelp() : undefined}>
        {(ids) => (
          <input
            {...ids}
            name="name"
            maxLength={64}
            defaultValue={renewed?.name}
            readOnly={renewed !== undefined}
            className="field w-full"
          />
        )}
      </Field>
      <Field label={words.region()}>
        {(ids) => (
          <select {...ids} name="region" defaultValue={renewed?.region} className="field w-full">
            <option value="">{words.regionFound()}</option>
            {regions.map((region) => (
              <option key={region}>{region}</option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function Field({
  label,
  help,
  children,
}: {
  label: string;
  help?: string;
  children: (ids: { id: string; "aria-describedby": string | undefined }) => ReactNode;
}) {
  const id = useId();
  const helpId = `${id}-help`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": help === undefined ? undefined : helpId })}
      {help !== undefined && (
        <p id={helpId} className="text-soft">
          {help}
        </p>
      )}
    </div>
  );
}
