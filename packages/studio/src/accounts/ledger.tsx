// What was spent in a month, by day, model, key or account, with refunds, and as CSV.

import type { LedgerSumObject } from "@jimeng/gateway/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";

import { Button, buttonClass } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { gatewayUrl } from "../data/base.ts";
import { client } from "../data/client.ts";
import { serverNow } from "../data/clock.ts";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/accounts.js";
import { reasonText } from "../words/errors.ts";
import { daysOf, monthsUntil, nameOfMonth } from "./months.ts";

const groups = ["day", "model", "key", "account"] as const;
type Group = (typeof groups)[number];
const columns = ["jobs", "net", "charged", "refunded", "reserved"] as const;
const groupNames = {
  day: words.day,
  model: words.model,
  key: words.key,
  account: words.account,
};
const columnNames = {
  jobs: words.jobs,
  reserved: words.reserved,
  charged: words.charged,
  refunded: words.refunded,
  net: words.net,
};
// Charges come minutes late.
const renewEveryMs = 60_000;

/** The ledger of a month, this one at first. */
export function Ledger() {
  const [group, setGroup] = useState<Group>("day");
  const months = monthsUntil(serverNow());
  const [thisMonth = ""] = months;
  const [month, setMonth] = useState(thisMonth);
  const { from, to } = daysOf(month);
  const name = nameOfMonth(month);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["ledger", group, month],
    queryFn: ({ signal }) => client.credits.ledger({ groupBy: [group], from, to, signal }),
    placeholderData: keepPreviousData,
    staleTime: renewEveryMs,
    refetchInterval: renewEveryMs,
    retry: false,
  });
  const sums = (data?.data ?? []).filter((each) => each.object === "ledger.sum");
  return (
    <section className="flex flex-col gap-2">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto text-base font-semibold">
          {month === thisMonth ? words.spent() : words.spentIn({ month: name })}
        </h2>
        <select
          className="field"
          aria-label={words.month()}
          value={month}
          onChange={({ currentTarget }) => setMonth(currentTarget.value)}
        >
          {months.map((each) => (
            <option key={each} value={each}>
              {nameOfMonth(each)}
            </option>
          ))}
        </select>
        <label className="flex items-center gap-1">
          {words.by()}
          <select
            className="field"
            value={group}
            onChange={({ currentTarget }) =>
              setGroup(groups.find((each) => each === currentTarget.value) ?? "day")
            }
          >
            {groups.map((each) => (
              <option key={each} value={each}>
                {groupNames[each]()}
              </option>
            ))}
          </select>
        </label>
        <a
          className={buttonClass()}
          href={`${gatewayUrl}/v1/credits/ledger?group_by=${group}&from=${from}&to=${to}&format=csv`}
          download={`ledger-${month}-${group}.csv`}
        >
          <Download size={16} aria-hidden />
          {words.csv()}
        </a>
      </header>
      {isPending && <Skeleton className="h-32" />}
      {error !== null && data === undefined && (
        <Note tone="bad" actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}>
          {words.loadFailed({ reason: reasonText(error) })}
        </Note>
      )}
      {data !== undefined && sums.length === 0 && (
        <Note>
          {month === thisMonth ? words.nothingSpent() : words.nothingSpentIn({ month: name })}
        </Note>
      )}
      {data !== undefined && sums.length > 0 && (
        <LedgerTable group={group} sums={sums} total={data.total} />
      )}
    </section>
  );
}

type Sums = Pick<LedgerSumObject, (typeof columns)[number]>;

function LedgerTable({
  group,
  sums,
  total,
}: {
  group: Group;
  sums: readonly LedgerSumObject[];
  total: Sums;
}) {
  return (
    <div
      role="group"
      aria-label={words.spent()}
      // Keys must reach what a narrow window hides.
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-panel"
    >
      <table className="w-full min-w-[32rem] border-collapse text-left tabular-nums">
        <thead className="text-xs text-soft">
          <tr className="border-b border-line">
            <th className="px-3 py-1.5 font-normal">{groupNames[group]()}</th>
            {columns.map((column) => (
              <th key={column} className="px-3 py-1.5 text-right font-normal">
                {columnNames[column]()}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sums.map((sum) => (
            <SumRow key={nameOf(sum, group)} name={nameOf(sum, group)} sums={sum} />
          ))}
        </tbody>
        <tfoot className="font-semibold">
          <SumRow name={words.total()} sums={total} />
        </tfoot>
      </table>
    </div>
  );
}

function SumRow({ name, sums }: { name: string; sums: Sums }) {
  return (
    <tr className="border-b border-line last:border-0">
      <th scope="row" dir="auto" className="px-3 py-1.5 font-normal">
        {name}
      </th>
      {columns.map((column) => (
        <td key={column} className="px-3 py-1.5 text-right">
          {formatNumber(sums[column])}
        </td>
      ))}
    </tr>
  );
}

function nameOf(sum: LedgerSumObject, group: Group): string {
  if (group === "key") return sum.key_name ?? sum.key ?? words.owner();
  return sum[group] ?? words.unknown();
}
