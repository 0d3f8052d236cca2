// One key: its name, what it may do, whether it works, what it has spent, and what can be done with it.

import type { KeyObject } from "@jimeng/gateway/api";
import { useQuery } from "@tanstack/react-query";

import { Button } from "../controls/button.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/admin.js";
import { formatDateTime, formatNumber } from "../words/format.ts";

const msPerSecond = 1000;

/** Shows a key. */
export function KeyRow({
  apiKey,
  onAct,
}: {
  apiKey: KeyObject;
  onAct: (kind: "edit" | "rotate" | "revoke") => void;
}) {
  const { id, name, hint, scopes, source } = apiKey;
  const isMade = source === "made";
  return (
    <li className="grid items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-panel px-3 py-2 md:grid-cols-[minmax(0,1fr)_18rem_15rem]">
      <div className="min-w-0">
        <h2 dir="auto" className="font-semibold">
          {name} {hint !== null && <code className="font-normal text-soft">…{hint}</code>}
        </h2>
        <p className="text-soft">{[...scopes, ...(apiKey.models ?? [])].join(" · ")}</p>
      </div>
      <div className="text-soft">
        <State apiKey={apiKey} />
        {id !== null && <Usage id={id} apiKey={apiKey} />}
      </div>
      {isMade ? (
        <div className="flex flex-wrap gap-1.5 md:justify-end">
          <Button onClick={() => onAct("edit")}>{words.edit()}</Button>
          <Button onClick={() => onAct("rotate")}>{words.rotate()}</Button>
          <Button look="danger" onClick={() => onAct("revoke")}>
            {words.revoke()}
          </Button>
        </div>
      ) : (
        <p className="text-soft md:text-right">{words.ofSetting()}</p>
      )}
    </li>
  );
}

function State({ apiKey: { disabled, expires_at: end } }: { apiKey: KeyObject }) {
  if (disabled) return <p className="text-warn">{words.disabled()}</p>;
  if (end === null) return <p className="text-good">{words.works()}</p>;
  const time = formatDateTime(end);
  return end * msPerSecond < Date.now() ? (
    <p className="text-bad">{words.ended({ time })}</p>
  ) : (
    <p>{words.until({ time })}</p>
  );
}

/** Lists leave out what was spent: each key is asked for its own. */
function Usage({ id, apiKey }: { id: string; apiKey: KeyObject }) {
  const { data } = useQuery({
    queryKey: ["keys", id],
    queryFn: ({ signal }) => client.keys.retrieve(id, { signal }),
  });
  const usage = data?.usage;
  if (usage === undefined || usage === null) return null;
  return (
    <>
      <Spent name={words.today()} used={usage.day.credits} all={apiKey.daily_credits} />
      <Spent name={words.month()} used={usage.month.credits} all={apiKey.monthly_credits} />
    </>
  );
}

function Spent({ name, used, all }: { name: string; used: number; all: number | null }) {
  const text =
    all === null
      ? words.used({ used: formatNumber(used) })
      : words.usedOf({ used: formatNumber(used), all: formatNumber(all) });
  return (
    <p className="flex flex-wrap items-center gap-x-2 tabular-nums">
      <span>
        {name}: {text}
      </span>
      {all !== null && (
        <progress aria-hidden value={used} max={all} className="feed-progress h-1 w-16" />
      )}
    </p>
  );
}
