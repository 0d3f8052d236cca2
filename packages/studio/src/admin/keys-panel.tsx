// The keys: what each may do and has spent; made, changed, given a new text, revoked.

import type { KeyObject } from "@jimeng/gateway/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/admin.js";
import { useAct } from "./act.ts";
import { Confirm } from "./confirm.tsx";
import { KeyFormFields } from "./key-form.tsx";
import { KeyRow } from "./key-row.tsx";
import { emptyForm, toBody, toForm } from "./key-rules.ts";
import { MadeSecret } from "./made-secret.tsx";
import type { MadeText } from "./made-secret.tsx";
import { reasonText } from "../words/errors.ts";

const queryKey = ["keys"] as const;
const daySeconds = 86_400;

/** What stands in front of the list. */
type Open = { kind: "new" } | { kind: "edit" | "rotate" | "revoke"; key: KeyObject };

/** The panel. */
export function KeysPanel() {
  const keys = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await client.keys.list({ signal })).data,
  });
  const [open, setOpen] = useState<Open>();
  const [made, setMade] = useState<MadeText>();
  if (keys.isPending) return <Skeleton className="h-64" />;
  if (keys.data === undefined)
    return (
      <Note
        tone="bad"
        actions={<Button onClick={() => void keys.refetch()}>{words.again()}</Button>}
      >
        {words.loadFailed({ reason: reasonText(keys.error) })}
      </Note>
    );
  return (
    <section aria-label={words.keys()} className="flex flex-col gap-3">
      <Button look="main" className="self-start" onClick={() => setOpen({ kind: "new" })}>
        {words.newKey()}
      </Button>
      {keys.data.length === 0 && <Note>{words.noKeys()}</Note>}
      <ul className="flex flex-col gap-2">
        {keys.data.map((key) => (
          <KeyRow key={key.id ?? ""} apiKey={key} onAct={(kind) => setOpen({ kind, key })} />
        ))}
      </ul>
      {open !== undefined && (
        <OpenDialog open={open} onClose={() => setOpen(undefined)} onMade={setMade} />
      )}
      {made !== undefined && <MadeSecret made={made} onClose={() => setMade(undefined)} />}
    </section>
  );
}

function OpenDialog({
  open,
  onClose,
  onMade,
}: {
  open: Open;
  onClose: () => void;
  onMade: (made: MadeText) => void;
}) {
  const { act } = useAct(queryKey);
  const name = open.kind === "new" ? "" : (open.key.name ?? "");
  const id = open.kind === "new" ? "" : (open.key.id ?? "");
  const rotate = (keepOldSeconds: number): void =>
    act(async () => {
      const { key } = await client.keys.rotate(id, { keepOldSeconds });
      onMade({ title: words.keyOf({ name }), text: key });
    });
  if (open.kind === "rotate")
    return (
      <Confirm
        title={words.rotate()}
        question={words.rotateAsk()}
        onClose={onClose}
        choices={[
          { label: words.rotateNow(), look: "danger", run: () => rotate(0) },
          { label: words.rotateDay(), look: "main", run: () => rotate(daySeconds) },
        ]}
      />
    );
  if (open.kind === "revoke") {
    const revoke = (): void =>
      act(async () => {
        await client.keys.revoke(id);
        showToast({ text: words.revoked({ name }) });
      });
    return (
      <Confirm
        title={words.revoke()}
        question={words.revokeAsk({ name })}
        onClose={onClose}
        choices={[{ label: words.revoke(), look: "danger", run: revoke }]}
      />
    );
  }
  const isNew = open.kind === "new";
  return (
    <Dialog title={isNew ? words.newKey() : name} onClose={onClose}>
      <KeyFormFields
        initial={isNew ? emptyForm : toForm(open.key)}
        submit={isNew ? words.create() : words.save()}
        onSave={(form) => {
          onClose();
          act(async () => {
            if (!isNew) return void (await client.keys.update(id, toBody(form)));
            const created = await client.keys.create(toBody(form));
            onMade({ title: words.keyOf({ name: form.name }), text: created.key });
          });
        }}
      />
    </Dialog>
  );
}
