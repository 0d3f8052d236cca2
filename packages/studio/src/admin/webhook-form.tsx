// The form of a new webhook.

import type { EventType, WebhookBodyInput } from "@jimeng/gateway/api";
import { useState } from "react";

import { Button } from "../controls/button.tsx";
import * as words from "../words/admin.js";
import { Field } from "./field.tsx";

// Every event, and whether it is chosen at first: a name that is missing here does not compile.
const atFirst: Readonly<Record<EventType, boolean>> = {
  "job.completed": true,
  "job.failed": true,
  "job.queued": false,
  "job.started": false,
  "job.progress": false,
  "job.image": false,
  "job.cancelled": false,
  "asset.created": false,
  "asset.updated": false,
  "asset.trashed": false,
  "account.health": false,
  "account.expiring": false,
  "credits.changed": false,
  "key.budget": false,
  "webhook.disabled": false,
  "model.changed": false,
};
const names = Object.keys(atFirst) as EventType[];

/** Shows the form; `onSave` gets the body. */
export function WebhookForm({ onSave }: { onSave: (body: WebhookBodyInput) => void }) {
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState(() => names.filter((name) => atFirst[name]));
  const [description, setDescription] = useState("");
  const isReady = /^https?:\/\//.test(url) && events.length > 0;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSave({ url, events, description });
      }}
    >
      <Field title={words.url()}>
        {(id) => (
          <input
            id={id}
            type="url"
            required
            className="field w-full"
            value={url}
            placeholder="https://"
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        )}
      </Field>
      <fieldset className="grid grid-cols-2 gap-x-3 sm:grid-cols-3">
        <legend className="text-soft">{words.events()}</legend>
        {names.map((name) => (
          <label key={name} className="target flex items-center gap-1.5">
            <input
              type="checkbox"
              checked={events.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                setEvents(names.filter((each) => (each === name ? checked : events.includes(each))))
              }
            />
            {name}
          </label>
        ))}
      </fieldset>
      <Field title={words.note()}>
        {(id) => (
          <input
            id={id}
            maxLength={200}
            className="field w-full"
            value={description}
            onInput={({ currentTarget }) => setDescription(currentTarget.value)}
          />
        )}
      </Field>
      <Button look="main" type="submit" className="self-end" disabled={!isReady}>
        {words.createWebhook()}
      </Button>
    </form>
  );
}
