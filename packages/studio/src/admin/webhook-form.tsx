// The form of a new webhook.

import type { WebhookBodyInput } from "@jimeng/gateway/api";
import { useState } from "react";

import { Button } from "../controls/button.tsx";
import * as words from "../words/admin.js";
import { Field } from "./field.tsx";
import { toWords } from "./key-rules.ts";

/** Shows the form; `onSave` gets the body. */
export function WebhookForm({ onSave }: { onSave: (body: WebhookBodyInput) => void }) {
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState("job.completed, job.failed");
  const [description, setDescription] = useState("");
  const isReady = /^https?:\/\//.test(url) && toWords(events).length > 0;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSave({ url, events: toWords(events), description });
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
      <Field title={`${words.events()} (${words.eventsHint()})`}>
        {(id) => (
          <input
            id={id}
            required
            className="field w-full"
            value={events}
            onInput={({ currentTarget }) => setEvents(currentTarget.value)}
          />
        )}
      </Field>
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
