// Everything about one job: state, request, cost, results, and the ids that others ask for.

import type { JobObject } from "@jimeng/gateway/api";
import { Copy, X } from "lucide-react";
import type { ReactNode } from "react";

import { Button, IconButton } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { useMedia } from "../controls/media.ts";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { useJob } from "../data/queries.ts";
import { formatDateTime, formatDuration } from "../words/format.ts";
import * as words from "../words/feed.js";
import { cancelJob, copyText } from "./actions.ts";
import { CopyMenu } from "./copy-menu.tsx";
import { FailureNote } from "./failure-note.tsx";
import { isLive } from "./groups.ts";
import { costText, sizeText, stateText } from "./job-texts.ts";
import { toolName } from "./job-title.ts";
import { PendingTile, ResultTile } from "./tile.tsx";

/** The panel at the side of a wide page; a dialog elsewhere. */
export function JobInspector({ id, onClose }: { id: string; onClose: () => void }) {
  const isWide = useMedia("(min-width: 68rem)");
  if (!isWide)
    return (
      <Dialog title={words.details()} onClose={onClose}>
        <Details id={id} />
      </Dialog>
    );
  return (
    <aside
      aria-label={words.details()}
      className="flex w-88 shrink-0 flex-col overflow-y-auto border-l border-line bg-panel"
      onKeyDown={({ key }) => {
        if (key === "Escape") onClose();
      }}
    >
      <header className="sticky top-0 z-10 flex items-center border-b border-line bg-panel px-3 py-2">
        <h2 className="grow text-base font-semibold">{words.details()}</h2>
        <IconButton label={words.close()} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className="p-3">
        <Details id={id} />
      </div>
    </aside>
  );
}

function Details({ id }: { id: string }) {
  const { data: job, error } = useJob(id);
  if (error !== null) return <Note tone="bad">{words.noSuchJob()}</Note>;
  if (job === undefined) return <Skeleton className="h-96 w-full" />;
  const assets = job.result?.assets ?? [];
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-2">
        {assets.map((asset) => (
          <ResultTile key={asset.id} asset={asset} job={job} />
        ))}
        {isLive(job) && <PendingTile job={job} isFirst />}
      </div>
      <FailureNote job={job} />
      {job.warnings.length > 0 && (
        <Note tone="warn">
          {job.warnings.map(({ message }) => (
            <p key={message}>{message}</p>
          ))}
        </Note>
      )}
      <Facts job={job} />
      <Ids job={job} />
      <div className="flex flex-wrap gap-1">
        <CopyMenu job={job} />
        {isLive(job) && (
          <Button look="danger" onClick={() => void cancelJob(job)} disabled={job.cancel_requested}>
            {words.cancel()}
          </Button>
        )}
      </div>
    </div>
  );
}

function Facts({ job }: { job: JobObject }) {
  const { request } = job;
  const took = job.completed_at === null ? null : formatDuration(job.completed_at - job.created_at);
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5">
      <Row name={words.prompt()} copied={request.prompt}>
        <span dir="auto" className="line-clamp-6 whitespace-pre-wrap">
          {request.prompt}
        </span>
      </Row>
      <Row name={words.negativePrompt()}>{request.negative_prompt}</Row>
      <Row name={words.status()}>{stateText(job)}</Row>
      <Row name={words.tool()}>{job.tool === null ? null : toolName(job.tool)}</Row>
      <Row name={words.model()}>{job.model}</Row>
      <Row name={words.account()}>{job.account}</Row>
      <Row name={words.size()}>
        {[sizeText(job), request.resolution].filter(Boolean).join(" · ")}
      </Row>
      <Row name={words.duration()}>
        {job.kind === "video" && request.duration_seconds !== undefined
          ? words.seconds({ count: request.duration_seconds })
          : null}
      </Row>
      <Row
        name={words.seed()}
        copied={request.seed === undefined ? undefined : String(request.seed)}
      >
        {request.seed}
      </Row>
      <Row name={words.cost()}>{costText(job)}</Row>
      <Row name={words.made()}>
        {[formatDateTime(job.created_at), took].filter(Boolean).join(" · ")}
      </Row>
    </dl>
  );
}

function Ids({ job }: { job: JobObject }) {
  const { upstream, error } = job;
  const ids: readonly (readonly [string, string | null | undefined])[] = [
    [words.job(), job.id],
    [words.submitId(), upstream.submit_id],
    [words.historyId(), upstream.history_id],
    [words.logId(), upstream.logid],
    [words.requestId(), error?.request_id],
  ];
  return (
    <section>
      <h3 className="mb-1 text-xs text-soft">{words.ids()}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 font-mono text-xs break-all">
        {ids.map(([name, id]) =>
          id == null ? null : (
            <Row key={name} name={name} copied={id}>
              {id}
            </Row>
          ),
        )}
      </dl>
    </section>
  );
}

function Row({ name, copied, children }: { name: string; copied?: string; children: ReactNode }) {
  if (children === null || children === undefined || children === "") return null;
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="flex min-w-0 items-start gap-1">
        <span className="min-w-0 grow">{children}</span>
        {copied !== undefined && (
          <IconButton
            label={`${words.copy()}: ${name}`}
            className="-my-1 shrink-0 px-1"
            onClick={() => void copyText(copied)}
          >
            <Copy size={14} aria-hidden />
          </IconButton>
        )}
      </dd>
    </>
  );
}
