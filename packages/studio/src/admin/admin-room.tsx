// The owner's room: gateway keys with their budgets, and webhooks with what was delivered to them.

import { useLocation, useSearch } from "wouter";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Room } from "../controls/room.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { useSelf } from "../data/queries.ts";
import * as words from "../words/admin.js";
import { KeysPanel } from "./keys-panel.tsx";
import { WebhooksPanel } from "./webhooks-panel.tsx";
import { reasonText } from "../words/errors.ts";

const tabs = [
  { name: "keys", title: words.keys },
  { name: "webhooks", title: words.webhooks },
] as const;

/** The room. */
export function AdminRoom() {
  const { data: self, error, isPending, refetch } = useSelf();
  const [, go] = useLocation();
  const search = new URLSearchParams(useSearch());
  const current = search.get("tab") === "webhooks" ? "webhooks" : "keys";
  if (isPending) return <Skeleton className="m-4 h-64" />;
  if (self === undefined)
    return (
      <Note
        tone="bad"
        className="m-4"
        actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}
      >
        {words.loadFailed({ reason: reasonText(error) })}
      </Note>
    );
  if (!self.scopes.includes("admin"))
    return (
      <Note tone="warn" className="m-4">
        {words.ownerOnly()}
      </Note>
    );
  return (
    <Room
      title={words.title()}
      beside={
        <nav aria-label={words.title()} className="flex gap-1">
          {tabs.map(({ name, title }) => (
            <Button
              key={name}
              look={name === current ? "usual" : "quiet"}
              aria-current={name === current ? "page" : undefined}
              onClick={() => go(name === "keys" ? "/admin" : `/admin?tab=${name}`)}
            >
              {title()}
            </Button>
          ))}
        </nav>
      }
    >
      {current === "keys" ? <KeysPanel /> : <WebhooksPanel />}
    </Room>
  );
}
