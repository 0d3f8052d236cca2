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
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-panel px-3 py-2">
      <div className="min-w-40 flex-1">
        <h2 className="font-semibold">
          {name} {hint !== null && <code className="font-normal text-soft">…{hint}</code>}
        </h2>
        <p className="text-soft">{scopes.join(" · ")}</p>
      </div>
      <div className="min-w-32 text-soft">
        <State apiKey={apiKey} />
        {id !== null && <Usage id={id} apiKey={apiKey} />}
      </div>
      {isMade ? (
        <div className="flex flex-wrap gap-1.5">
          <Button onClick={() => onAct("edit")}>{words.edit()}</Button>
          <Button onClick={() => onAct("rotate")}>{words.rotate()}</Button>
          <Button look="danger" onClick={() => onAct("revoke")}>
            {words.revoke()}
          </Button>
        </div>
      ) : (
        <p className="text-soft">{words.ofSetting()}</p>
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
  const spent = (used: number, all: number | null): string =>
    all === null
      ? words.used({ used: formatNumber(used) })
      : words.usedOf({ used: formatNumber(used), all: formatNumber(all) });
  return (
    <p className="tabular-nums">
      {words.today()}: {spent(usage.day.credits, apiKey.daily_credits)} · {words.month()}:{" "}
      {spent(usage.month.credits, apiKey.monthly_credits)}
    </p>
  );
}
