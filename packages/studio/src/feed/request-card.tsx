// One request: what was asked for, its results as they land, what it cost, and what can be done with it.

import type { JobObject } from "@jimeng/gateway/api";
import { memo } from "react";

import { Button } from "../controls/button.tsx";
import { useOpenComposer } from "../create/open-composer.ts";
import { serverNow } from "../data/clock.ts";
import { formatAgo, formatDuration } from "../words/format.ts";
import * as words from "../words/feed.js";
import { cancelJob, mayRecheck, recheckJob, reuseJob } from "./actions.ts";
import { CopyMenu } from "./copy-menu.tsx";
import { FailureNote } from "./failure-note.tsx";
import { isLive } from "./groups.ts";
import type { JobGroup } from "./groups.ts";
import { costText, sizeText, stateText } from "./job-texts.ts";
import { titleOf } from "./job-title.ts";
import { PendingTile, ResultTile } from "./tile.tsx";

/** The classes of the places of results, also while they are loaded. */
export const resultsClass =
  "grid grid-cols-[repeat(auto-fill,minmax(min(11rem,45%),1fr))] items-start gap-2 xl:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))]";

/** The card of a request. */
export const RequestCard = memo(function RequestCard({
  group,
  onDetails,
}: {
  group: JobGroup;
  onDetails: (job: JobObject) => void;
}) {
  const [first] = group.jobs;
  if (first === undefined) return null;
  return (
    <article
      aria-label={titleOf(first)}
      className="grid gap-x-4 gap-y-2 border-b border-line px-3 py-3 lg:grid-cols-[17rem_1fr]"
    >
      <About group={group} job={first} onDetails={onDetails} />
      <div className="flex min-w-0 flex-col gap-2">
        <Results jobs={group.jobs} />
        {group.jobs
          .filter(({ error }) => error !== null)
          .slice(0, 3)
          .map((job) => (
            <FailureNote key={job.id} job={job} onDetails={onDetails} />
          ))}
      </div>
    </article>
  );
});

function About({
  group,
  job,
  onDetails,
}: {
  group: JobGroup;
  job: JobObject;
  onDetails: (job: JobObject) => void;
}) {
  const openComposer = useOpenComposer();
  const title = titleOf(job);
  const live = group.jobs.filter(isLive);
  const damaged = group.jobs.find((each) => each.error === null && mayRecheck(each));
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p dir="auto" className="line-clamp-4 text-base" title={title}>
        {title}
      </p>
      <Facts job={job} group={group} />
      <div className="-ml-2.5 flex flex-wrap items-center">
        <Button
          look="quiet"
          title={words.reuseTip()}
          onClick={() => {
            reuseJob(job);
            openComposer();
          }}
        >
          {words.reuse()}
        </Button>
        <Button look="quiet" onClick={() => onDetails(job)}>
          {words.details()}
        </Button>
        <CopyMenu job={job} />
        {live.length > 0 && (
          <Button
            look="quiet"
            className="text-bad"
            disabled={live.every((each) => each.cancel_requested)}
            onClick={() => live.forEach((each) => void cancelJob(each))}
          >
            {words.cancel()}
          </Button>
        )}
        {damaged !== undefined && (
          <Button look="quiet" title={words.incomplete()} onClick={() => void recheckJob(damaged)}>
            {words.recheck()}
          </Button>
        )}
      </div>
    </div>
  );
}

function Facts({ group, job }: { group: JobGroup; job: JobObject }) {
  const live = group.jobs.filter(isLive).length;
  const took =
    live === 0 && job.status === "completed" && job.completed_at !== null
      ? words.took({ time: formatDuration(job.completed_at - job.created_at) })
      : null;
  const facts = [
    job.model,
    sizeText(job),
    group.jobs.length > 1
      ? words.live({ count: live, done: group.jobs.length - live })
      : job.status === "completed"
        ? null
        : stateText(job),
    costText(job),
    took,
    formatAgo(job.created_at, serverNow()),
  ];
  return (
    <p className="text-xs text-soft">
      {facts.filter((fact) => fact !== null && fact !== "").join(" · ")}
    </p>
  );
}

function Results({ jobs }: { jobs: readonly JobObject[] }) {
  const tiles = jobs.flatMap((job) => {
    const assets = job.result?.assets ?? [];
    const pending = isLive(job) ? Math.max(0, (job.request.count ?? 1) - assets.length) : 0;
    return [
      ...assets.map((asset) => <ResultTile key={asset.id} asset={asset} job={job} />),
      ...Array.from({ length: pending }, (_, at) => (
        <PendingTile key={`${job.id} ${at}`} job={job} isFirst={at === 0} />
      )),
    ];
  });
  if (tiles.length === 0) return null;
  return <div className={resultsClass}>{tiles}</div>;
}
