// The charts of the last jobs: what went well, how long it took, how much there was at once, and what it cost.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { client } from "../data/client.ts";
import { serverNow } from "../data/clock.ts";
import { onEvent } from "../data/events.ts";
import { useCredits } from "../data/queries.ts";
import { reasonText } from "../words/errors.ts";
import {
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatTime,
} from "../words/format.ts";
import * as words from "../words/health.js";
import { Chart } from "./chart.tsx";
import type { ChartProps } from "./chart.tsx";
import { countJobs } from "./figures.ts";
import type { Bar, CountedJob } from "./figures.ts";

const daySeconds = 86_400;
const perPage = 100;
const mostPages = 5;
const everyMs = 60_000;
// Many jobs may end at once.
const afterEventMs = 5000;

/** Reads the jobs of the last day, the latest 500 at most. */
async function readJobs(signal: AbortSignal): Promise<CountedJob[]> {
  const jobs: CountedJob[] = [];
  const createdAfter = Math.floor(serverNow()) - daySeconds;
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { data, has_more, last_id } = await client.jobs.list({
      createdAfter,
      limit: perPage,
      after,
      signal,
    });
    jobs.push(...data);
    if (!has_more || last_id === null) break;
    after = last_id;
  }
  return jobs;
}

/** The charts. */
export function Charts() {
  const { data, error, refetch } = useQuery({
    queryKey: ["counted-jobs"],
    refetchInterval: everyMs,
    queryFn: ({ signal }) => readJobs(signal),
  });
  useJobEvents(() => void refetch());
  if (data === undefined)
    return error === null ? (
      <Skeleton className="h-96" />
    ) : (
      <Note tone="bad" actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}>
        {words.loadFailed({ reason: reasonText(error) })}
      </Note>
    );
  return <Drawn jobs={data} />;
}

/** Calls back a moment after jobs began or ended, once for all of them. */
function useJobEvents(callBack: () => void): void {
  const latest = useRef(callBack);
  latest.current = callBack;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onEvent(({ type }) => {
      if (!type.startsWith("job.") || type === "job.image") return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current();
      }, afterEventMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}

interface Described extends Omit<ChartProps, "bars" | "ends"> {
  of: (bar: Bar) => number;
  badOf?: (bar: Bar) => number;
}

function Drawn({ jobs }: { jobs: readonly CountedJob[] }) {
  const { data: balances } = useCredits();
  const now = serverNow();
  const { bars, completed, failed, seconds, longest, atOnce, mostAtOnce, spent } = countJobs(
    jobs,
    now,
  );
  const ended = completed + failed;
  const since = bars[0]?.at ?? 0;
  const left = balances?.reduce((sum, { total }) => sum + (total ?? 0), 0);
  const charts: readonly Described[] = [
    {
      title: words.success(),
      value: ended === 0 ? null : formatPercent(completed / ended),
      note: words.failures({ failed: formatNumber(failed), number: formatNumber(ended) }),
      format: formatNumber,
      of: (bar) => bar.completed,
      badOf: (bar) => bar.failed,
    },
    {
      title: words.latency(),
      value: seconds === null ? null : formatDuration(seconds),
      note: words.slowest({ time: formatDuration(longest) }),
      format: formatDuration,
      of: (bar) => bar.seconds ?? 0,
    },
    {
      title: words.queue(),
      value: formatNumber(atOnce),
      note: words.atOnce({ number: formatNumber(mostAtOnce) }),
      format: formatNumber,
      of: (bar) => bar.atOnce,
    },
    {
      title: words.spent(),
      value: formatNumber(spent),
      note: left === undefined ? "\u00A0" : words.left({ number: formatNumber(left) }),
      format: formatNumber,
      of: (bar) => Math.max(0, bar.spent),
    },
  ];
  return (
    <section aria-labelledby="last-jobs" className="flex flex-col gap-2">
      <h2 id="last-jobs" className="text-soft">
        {jobs.length === 0
          ? words.noJobs()
          : words.since({ number: formatNumber(jobs.length), time: formatDateTime(since) })}
      </h2>
      <div className="grid gap-3 sm:grid-cols-2">
        {charts.map(({ of, badOf, ...chart }) => (
          <Chart
            key={chart.title}
            {...chart}
            ends={[formatTime(since), formatTime(now)]}
            bars={bars.map((bar) => ({
              value: of(bar),
              bad: badOf?.(bar) ?? 0,
              tip: `${formatTime(bar.at)} · ${chart.format(of(bar))}`,
            }))}
          />
        ))}
      </div>
    </section>
  );
}
