// One account: its health with what to do, its credits, and the acts on it.

import type { AccountObject, Balance } from "@jimeng/gateway/api";

import { useNow } from "../feed/use-now.ts";
import { errorWords } from "../words/errors.ts";
import { formatAgo, formatDay, formatDuration, formatNumber } from "../words/format.ts";
import * as words from "../words/accounts.js";
import { AccountActs } from "./account-acts.tsx";
import { secondsUntil, soonestExpiries, toneOf } from "./account-facts.ts";

const toneClasses = {
  good: "border-good text-good",
  warn: "border-warn bg-warn-soft text-warn",
  bad: "border-bad bg-bad-soft text-bad",
} as const;
const typeNames = { vip: words.vip, purchased: words.purchased, gift: words.gift };
const shownExpiries = 3;

/** The card of an account. */
export function AccountCard({
  account,
  balance,
}: {
  account: AccountObject;
  balance: Balance | undefined;
}) {
  const { name, region, adopted, membership } = account;
  return (
    <li className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-4 shadow-low">
      <div className="flex items-center gap-2">
        <h2 className="min-w-0 truncate text-base font-semibold" dir="auto">
          {name}
        </h2>
        <span className="text-soft">{region}</span>
        {adopted && <span className="text-soft">{words.visitor()}</span>}
        <span
          className={`ml-auto rounded-sm border px-1.5 text-xs font-medium ${toneClasses[toneOf(account.health)]}`}
        >
          {healthName(account.health)}
        </span>
      </div>
      <Problem account={account} />
      <Credits account={account} balance={balance} />
      <div className="flex flex-wrap gap-x-4 text-soft">
        <span>
          {membership === null ? words.noMembership() : words.membership({ name: membership })}
        </span>
        <span>
          {account.in_flight === 0
            ? words.nothingRuns()
            : words.inFlight({ count: account.in_flight })}
        </span>
        {account.concurrency_limits.length > 0 && (
          <span>
            {words.limits({
              list: account.concurrency_limits
                .map(({ model, limit }) => `${model} × ${limit}`)
                .join(", "),
            })}
          </span>
        )}
        <Checked at={account.checked_at} />
      </div>
      <AccountActs account={account} />
    </li>
  );
}

function healthName(health: AccountObject["health"]): string {
  const names = {
    ok: words.ok,
    expiring: words.expiring,
    expired: words.expired,
    cooling_down: words.coolingDown,
    blocked: words.blocked,
  };
  return names[health]();
}

function Problem({ account }: { account: AccountObject }) {
  const { problem, until, session_ends_at: endsAt, refused_models: models } = account;
  const now = useNow(until !== null);
  const pause = secondsUntil(until, now);
  const left = secondsUntil(endsAt, now);
  const told = problem === null ? undefined : errorWords(problem);
  const lines = [
    pause === null ? undefined : words.pausedFor({ time: formatDuration(pause) }),
    told?.message,
    told?.fix ?? undefined,
    models.length === 0 ? undefined : words.refusedModels({ models: models.join(", ") }),
    endsAt === null
      ? undefined
      : left === null
        ? words.ended()
        : words.endsIn({ time: formatDuration(left) }),
  ].filter((line) => line !== undefined);
  if (lines.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Credits({ account, balance }: { account: AccountObject; balance: Balance | undefined }) {
  const total = balance?.total ?? account.credits?.total ?? null;
  const types = balance?.by_type ?? null;
  return (
    <div>
      <p className="flex items-baseline gap-2">
        <span className="text-xl font-semibold tabular-nums">
          {total === null ? words.unknown() : formatNumber(total)}
        </span>
        <span className="text-soft">{words.credits()}</span>
      </p>
      {total !== null && total <= 0 && <p className="text-warn">{words.outOfCredits()}</p>}
      {types !== null && (
        <p className="flex flex-wrap gap-x-3 text-soft tabular-nums">
          {(["vip", "purchased", "gift"] as const).map((type) => (
            <span key={type}>
              {typeNames[type]()} {formatNumber(types[type])}
            </span>
          ))}
        </p>
      )}
      {balance !== undefined &&
        soonestExpiries(balance, shownExpiries).map(({ amount, expiresAt }) => (
          <p key={expiresAt} className="text-soft">
            {words.expires({ amount: formatNumber(amount), day: formatDay(expiresAt) })}
          </p>
        ))}
      {balance?.error != null && account.problem === null && (
        <p className="text-bad">{errorWords(balance.error).message}</p>
      )}
    </div>
  );
}

function Checked({ at }: { at: number | null }) {
  const now = useNow(false);
  return (
    <span>
      {at === null ? words.neverChecked() : words.checkedAgo({ time: formatAgo(at, now) })}
    </span>
  );
}
