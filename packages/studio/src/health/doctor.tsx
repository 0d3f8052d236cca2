// What an examination of the gateway found, line by line, each with what to do; for owners.

import type { DoctorCheck } from "@jimeng/gateway/api";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/health.js";
import { getLocale } from "../words/locale.ts";

// Each examination asks the site about every account.
const keptMs = 60_000;

const looks = {
  ok: { Icon: CircleCheck, tone: "text-good", word: words.checkOk },
  warn: { Icon: TriangleAlert, tone: "text-warn", word: words.checkWarn },
  fail: { Icon: CircleAlert, tone: "text-bad", word: words.checkFail },
} as const;

/** The section; the gateway is examined when it opens, and when its button is pressed. */
export function Doctor() {
  const language = getLocale();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["doctor", language],
    staleTime: keptMs,
    queryFn: ({ signal }) => client.gateway.doctor({ language, signal }),
  });
  return (
    <section aria-labelledby="doctor" aria-busy={isFetching} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="doctor" className="text-base font-semibold">
          {words.doctor()}
        </h2>
        <Button disabled={isFetching} onClick={() => void refetch()}>
          {isFetching ? words.examining() : words.examine()}
        </Button>
      </div>
      {error !== null && <Note tone="bad">{words.examineFailed({ reason: error.message })}</Note>}
      {data === undefined ? (
        error === null && <Skeleton className="h-40" />
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
          {data.checks.map((check) => (
            <Line key={`${check.code} ${check.facts.join(" ")}`} {...check} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ title, status, message, fix }: DoctorCheck) {
  const { Icon, tone, word } = looks[status];
  return (
    <li className="flex gap-3 px-3 py-2">
      <span className={`flex w-20 shrink-0 items-center gap-1.5 self-start font-medium ${tone}`}>
        <Icon size={16} aria-hidden className="shrink-0" />
        {word()}
      </span>
      <div className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-medium">{title}</span> <span className="text-soft">{message}</span>
        {fix !== null && <p>{fix}</p>}
      </div>
    </li>
  );
}
