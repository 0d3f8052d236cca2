// The webhooks: where events go, whether they arrive, and what was delivered.

import type { WebhookObject } from "@jimeng/gateway/api";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/admin.js";
import { useAct } from "./act.ts";
import { Confirm } from "./confirm.tsx";
import { Deliveries } from "./deliveries.tsx";
import { MadeSecret } from "./made-secret.tsx";
import type { MadeText } from "./made-secret.tsx";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookRow } from "./webhook-row.tsx";
import { reasonText } from "../words/errors.ts";

/** The key under which the webhooks are kept. */
export const webhooksKey = ["webhooks"] as const;

type Open = { kind: "new" } | { kind: "remove" | "deliveries"; webhook: WebhookObject };

/** The panel. */
export function WebhooksPanel() {
  const webhooks = useQuery({
    queryKey: webhooksKey,
    queryFn: async ({ signal }) => (await client.webhooks.list({ signal })).data,
  });
  const { act } = useAct(webhooksKey);
  const [open, setOpen] = useState<Open>();
  const [made, setMade] = useState<MadeText>();
  const close = (): void => setOpen(undefined);
  if (webhooks.isPending) return <Skeleton className="h-64" />;
  if (webhooks.data === undefined)
    return (
      <Note
        tone="bad"
        actions={<Button onClick={() => void webhooks.refetch()}>{words.again()}</Button>}
      >
        {words.loadFailed({ reason: reasonText(webhooks.error) })}
      </Note>
    );
  return (
    <section aria-label={words.webhooks()} className="flex flex-col gap-3">
      <Button look="main" className="self-start" onClick={() => setOpen({ kind: "new" })}>
        {words.newWebhook()}
      </Button>
      {webhooks.data.length === 0 && <Note>{words.noWebhooks()}</Note>}
      <ul className="flex flex-col gap-2">
        {webhooks.data.map((webhook) => (
          <WebhookRow
            key={webhook.id}
            webhook={webhook}
            onMade={setMade}
            onOpen={(kind) => setOpen({ kind, webhook })}
          />
        ))}
      </ul>
      {open?.kind === "new" && (
        <Dialog title={words.newWebhook()} onClose={close}>
          <WebhookForm
            onSave={(body) => {
              close();
              act(async () => {
                const { url, secret } = await client.webhooks.create(body);
                setMade({ title: words.secretOf({ name: url }), text: secret });
              });
            }}
          />
        </Dialog>
      )}
      {open?.kind === "remove" && (
        <Confirm
          title={words.remove()}
          question={words.removeAsk({ url: open.webhook.url })}
          onClose={close}
          choices={[
            {
              label: words.remove(),
              look: "danger",
              run: () => act(async () => void (await client.webhooks.remove(open.webhook.id))),
            },
          ]}
        />
      )}
      {open?.kind === "deliveries" && <Deliveries webhook={open.webhook} onClose={close} />}
      {made !== undefined && <MadeSecret made={made} onClose={() => setMade(undefined)} />}
    </section>
  );
}
