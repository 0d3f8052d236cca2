// All jobs as a table of thousands of rows, filtered by the address; one of them in full beside it.

import type { JobObject } from "@jimeng/gateway/api";
import { Music } from "lucide-react";
import { useMemo, useRef } from "react";
import { VList } from "virtua";
import type { VListHandle } from "virtua";
import { useLocation, useSearch } from "wouter";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { tryAgain } from "../controls/try-again.ts";
import { thumbnailUrl } from "../data/base.ts";
import { toJobs } from "../data/job-pages.ts";
import type { JobFilter } from "../data/job-pages.ts";
import { useJobs } from "../data/queries.ts";
import { formatDateTime } from "../words/format.ts";
import { reasonText } from "../words/errors.ts";
import * as words from "../words/feed.js";
import { isLive } from "./groups.ts";
import { JobInspector } from "./job-details.tsx";
import { costText, stateText } from "./job-texts.ts";
import { titleOf } from "./job-title.ts";
import { useProgress } from "./use-progress.ts";

const statuses = ["queued", "in_progress", "completed", "failed", "cancelled"] as const;
const kinds = ["image", "video", "audio"] as const;
const rowPixels = 44;
const aheadRows = 20;
const columns =
  "grid grid-cols-[2.5rem_1fr_6rem] items-center gap-3 px-3 md:grid-cols-[2.5rem_minmax(12rem,1fr)_8rem_11rem_8rem_10rem]";

/** Reads the filters out of the address; what it does not know is left out. */
export function readFilter(search: string): JobFilter {
  const parameters = new URLSearchParams(search);
  const status = statuses.find((each) => each === parameters.get("status"));
  const kind = kinds.find((each) => each === parameters.get("kind"));
  return { ...(status === undefined ? {} : { status }), ...(kind === undefined ? {} : { kind }) };
}

/** The room. */
export function JobsRoom({ jobId }: { jobId: string | undefined }) {
  const search = useSearch();
  const [, go] = useLocation();
  const filter = useMemo(() => readFilter(search), [search]);
  const suffix = search === "" ? "" : `?${search}`;
  return (
    <div className="flex min-h-0 grow">
      <div className="flex min-w-0 grow flex-col">
        <header className="flex flex-wrap items-center gap-2 px-3 py-2">
          <h1 className="mr-auto text-lg font-semibold">{words.jobs()}</h1>
          <FilterSelect name="status" label={words.status()} value={filter.status ?? ""}>
            {statuses.map((status) => [status, statusName(status)])}
          </FilterSelect>
          <FilterSelect name="kind" label={words.kind()} value={filter.kind ?? ""}>
            {kinds.map((kind) => [kind, kindName(kind)])}
          </FilterSelect>
        </header>
        <JobTable
          filter={filter}
          current={jobId}
          onOpen={(id) => go(id === jobId ? `/jobs${suffix}` : `/jobs/${id}${suffix}`)}
        />
      </div>
      {jobId !== undefined && (
        <JobInspector key={jobId} id={jobId} onClose={() => go(`/jobs${suffix}`)} />
      )}
    </div>
  );
}

function statusName(status: JobObject["status"]): string {
  const names = {
    queued: words.queued,
    in_progress: words.inProgress,
    completed: words.completed,
    failed: words.failed,
    cancelled: words.cancelled,
  };
  return names[status]();
}

function kindName(kind: JobObject["kind"]): string {
  return { image: words.image, video: words.video, audio: words.audio }[kind]();
}

function FilterSelect({
  name,
  label,
  value,
  children,
}: {
  name: string;
  label: string;
  value: string;
  children: readonly (readonly [string, string])[];
}) {
  const [path, go] = useLocation();
  const search = useSearch();
  return (
    <select
      className="field"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const parameters = new URLSearchParams(search);
        if (currentTarget.value === "") parameters.delete(name);
        else parameters.set(name, currentTarget.value);
        go(parameters.size === 0 ? path : `${path}?${parameters.toString()}`);
      }}
    >
      <option value="">
        {label}: {words.all()}
      </option>
      {children.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

function JobTable({
  filter,
  current,
  onOpen,
}: {
  filter: JobFilter;
  current: string | undefined;
  onOpen: (id: string) => void;
}) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useJobs(filter);
  const [, go] = useLocation();
  const jobs = useMemo(() => toJobs(data?.pages ?? []), [data]);
  const list = useRef<VListHandle>(null);
  useProgress(jobs);
  if (isPending) return <Skeleton className="m-3 h-96" />;
  if (error !== null && data === undefined)
    return (
      <Note
        tone="bad"
        className="m-3"
        actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}
      >
        {words.loadFailed({ reason: reasonText(error) })}
      </Note>
    );
  if (jobs.length === 0) {
    const isFiltered = Object.keys(filter).length > 0;
    return (
      <Note
        className="m-3"
        actions={isFiltered && <Button onClick={() => go("/jobs")}>{words.clearFilters()}</Button>}
      >
        {isFiltered ? words.noJobsFilter() : words.noJobs()}
      </Note>
    );
  }
  const onScroll = (): void => {
    const handle = list.current;
    if (handle === null || !hasNextPage || isFetchingNextPage) return;
    const last = handle.findItemIndex(handle.scrollOffset + handle.viewportSize);
    if (last + aheadRows >= jobs.length) void fetchNextPage();
  };
  return (
    <>
      <div aria-hidden className={`${columns} border-b border-line py-1 text-xs text-soft`}>
        <span />
        <span>{words.prompt()}</span>
        <span>{words.status()}</span>
        <span className="hidden md:block">{words.model()}</span>
        <span className="hidden md:block">{words.cost()}</span>
        <span className="hidden md:block">{words.made()}</span>
      </div>
      <div className="min-h-0 grow">
        <VList ref={list} onScroll={onScroll} itemSize={rowPixels} style={{ height: "100%" }}>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} isCurrent={job.id === current} onOpen={onOpen} />
          ))}
        </VList>
      </div>
    </>
  );
}

function JobRow({
  job,
  isCurrent,
  onOpen,
}: {
  job: JobObject;
  isCurrent: boolean;
  onOpen: (id: string) => void;
}) {
  const asset = job.result?.assets.find(
    ({ content_type: type, trashed_at: trashed, deleted_at: deleted }) =>
      !type.startsWith("audio/") && trashed === null && deleted === null,
  );
  const tone = job.status === "failed" ? "text-bad" : isLive(job) ? "text-accent" : "text-soft";
  return (
    <button
      type="button"
      aria-expanded={isCurrent}
      onClick={() => onOpen(job.id)}
      className={`${columns} h-11 w-full border-b border-line text-left ${isCurrent ? "bg-accent-soft" : "hover:bg-hover"}`}
    >
      <span className="size-9 overflow-hidden rounded-sm bg-sunken">
        {asset !== undefined && (
          <img
            src={thumbnailUrl(asset.url)}
            alt=""
            loading="lazy"
            decoding="async"
            onError={({ currentTarget }) => tryAgain(currentTarget)}
            className="size-full object-cover"
          />
        )}
        {asset === undefined && job.kind === "audio" && (
          <Music size={20} aria-hidden className="m-2 text-soft" />
        )}
      </span>
      <span dir="auto" className="truncate">
        {titleOf(job)}
      </span>
      <span className={`truncate ${tone}`}>{stateText(job)}</span>
      <span className="hidden truncate text-soft md:block">{job.model}</span>
      <span className="hidden truncate text-soft md:block">{costText(job)}</span>
      <span className="hidden truncate text-soft tabular-nums md:block">
        {formatDateTime(job.created_at)}
      </span>
    </button>
  );
}
