// What is known of a result: how it was made, what it cost, its ids.

import type { JobObject, LibraryAssetObject } from "@jimeng/gateway/api";
import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { IconButton } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { toolName } from "../feed/job-title.ts";
import { copyText } from "../library/copy-text.ts";
import { formatBytes, formatClock, formatDateTime, formatNumber } from "../words/format.ts";
import * as words from "../words/viewer.js";
import { Lineage } from "./lineage.tsx";
import { TagEditor } from "./tag-editor.tsx";

/** The details of a result. */
export function Details({ asset, job }: { asset: LibraryAssetObject; job: JobObject | undefined }) {
  const request = job?.request;
  return (
    <div className="flex flex-col gap-4 p-4">
      <section>
        <div className="flex items-center">
          <h2 className="grow font-semibold">{words.prompt()}</h2>
          <IconButton label={words.copyPrompt()} onClick={() => copyText(asset.prompt)}>
            <Copy size={16} aria-hidden />
          </IconButton>
        </div>
        <p className="whitespace-pre-wrap">{asset.prompt === "" ? "—" : asset.prompt}</p>
        {request?.negative_prompt !== undefined && (
          <p className="mt-1 text-soft">{words.without({ text: request.negative_prompt })}</p>
        )}
      </section>
      {(job?.warnings ?? []).map((warning) => (
        <Note key={`${warning.code} ${warning.param ?? ""}`} tone="warn">
          {warning.message}
        </Note>
      ))}
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        <Fact name={words.model()}>{asset.model}</Fact>
        <Fact name={words.tool()}>{job?.tool != null && toolName(job.tool)}</Fact>
        <Fact name={words.seed()}>{request?.seed}</Fact>
        <Fact name={words.size()}>
          {asset.width !== null && asset.height !== null && `${asset.width} × ${asset.height}`}
        </Fact>
        <Fact name={words.resolution()}>{request?.resolution}</Fact>
        <Fact name={words.duration()}>
          {asset.duration_seconds !== null && formatClock(asset.duration_seconds)}
        </Fact>
        <Fact name={words.fileSize()}>
          {asset.content_type}, {formatBytes(asset.bytes)}
        </Fact>
        <Fact name={words.made()}>{formatDateTime(asset.created_at)}</Fact>
        <Fact name={words.account()}>{asset.account}</Fact>
        <Fact name={words.cost()}>{job !== undefined && costOf(job)}</Fact>
      </dl>
      <TagEditor asset={asset} />
      <Lineage asset={asset} />
      <section>
        <h2 className="mb-1 font-semibold">{words.ids()}</h2>
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 font-mono text-xs">
          <Fact name={words.result()}>{asset.id}</Fact>
          <Fact name={words.job()}>
            <Link href={`/jobs/${asset.job_id}`} className="text-accent underline">
              {asset.job_id}
            </Link>
          </Fact>
          <Fact name="submit_id">{job?.upstream.submit_id}</Fact>
          <Fact name="history_id">{job?.upstream.history_id}</Fact>
          <Fact name="logid">{job?.upstream.logid}</Fact>
        </dl>
      </section>
    </div>
  );
}

/** Says what the job of a result cost; its other results were paid with it. */
export function costOf({ cost, result }: JobObject): string {
  const { state, charged, refunded, estimated } = cost;
  const shared = result?.assets.length ?? 1;
  if (state === "charged" && charged !== null) {
    const credits = formatNumber(charged - (refunded ?? 0));
    return shared > 1
      ? words.chargedTogether({ credits, count: shared })
      : words.charged({ credits });
  }
  if (state === "not_charged") return words.notCharged();
  return estimated === null
    ? words.costUnknown()
    : words.costExpected({ credits: formatNumber(estimated) });
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === false) return null;
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
