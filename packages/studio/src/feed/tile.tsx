// One place of a request: a picture or video that landed, one that is on its way, or one that failed.

import { Music, Play } from "lucide-react";
import type { AssetObject, JobObject } from "@jimeng/gateway/api";
import { memo } from "react";
import { thumbHashToAverageRGBA } from "thumbhash";
import { Link } from "wouter";

import { tryAgain } from "../controls/try-again.ts";
import { ownUrl, thumbnailUrl } from "../data/base.ts";
import { useHref } from "../data/asset-link.ts";
import * as words from "../words/feed.js";
import { stateText, timeTexts } from "./job-texts.ts";
import { titleOf } from "./job-title.ts";
import { useNow } from "./use-now.ts";

/** Returns the width of a job's results divided by their height. */
export function aspectOf({ request, result }: JobObject): number {
  const [first] = result?.assets ?? [];
  const width = first?.width ?? request.width;
  const height = first?.height ?? request.height;
  if (width != null && height != null && height > 0) return width / height;
  const [across = 1, down = 1] = (request.ratio ?? "1:1").split(":").map(Number);
  return across > 0 && down > 0 ? across / down : 1;
}

/** Returns the mean colour of a placeholder; undefined without one. */
export function meanColour(thumbhash: string | null): string | undefined {
  if (thumbhash === null) return undefined;
  const bytes = Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0));
  const { r, g, b } = thumbHashToAverageRGBA(bytes);
  return `rgb(${Math.round(r * 255)} ${Math.round(g * 255)} ${Math.round(b * 255)})`;
}

/** A result. */
export const ResultTile = memo(function ResultTile({
  asset,
  job,
}: {
  asset: AssetObject;
  job: JobObject;
}) {
  const href = useHref(asset.id);
  const prompt = titleOf(job);
  const isGone = asset.deleted_at !== null || asset.trashed_at !== null;
  const style = { aspectRatio: aspectOf(job), backgroundColor: meanColour(asset.thumbhash) };
  if (isGone)
    return (
      <div style={style} className="flex items-center justify-center rounded-md text-xs text-soft">
        {words.deleted()}
      </div>
    );
  if (asset.content_type.startsWith("audio/"))
    return (
      <div className="flex flex-col items-center justify-center gap-2 rounded-md bg-sunken p-3">
        <Music size={24} aria-hidden />
        <audio controls preload="none" src={ownUrl(asset.url)} className="w-full" />
      </div>
    );
  const isVideo = asset.content_type.startsWith("video/");
  return (
    <Link
      href={href}
      style={style}
      data-asset={asset.id}
      className="group relative block overflow-hidden rounded-md bg-sunken"
      aria-label={isVideo ? words.openVideo({ prompt }) : words.openPicture({ prompt })}
    >
      <img
        src={thumbnailUrl(asset.url)}
        alt={prompt}
        decoding="async"
        onError={({ currentTarget }) => tryAgain(currentTarget)}
        className="size-full object-cover transition-transform duration-200 group-hover:scale-[1.02]"
      />
      {isVideo && (
        <span className="absolute inset-0 m-auto flex size-10 items-center justify-center rounded-full bg-black text-white opacity-80">
          <Play size={20} aria-hidden />
        </span>
      )}
    </Link>
  );
});

/** A result that is on its way. */
export function PendingTile({ job, isFirst }: { job: JobObject; isFirst: boolean }) {
  const now = useNow(isFirst);
  const progress = job.status === "in_progress" ? job.progress : 0;
  return (
    <div
      style={{ aspectRatio: aspectOf(job) }}
      className="relative flex flex-col justify-end overflow-hidden rounded-md bg-sunken p-2 text-xs"
    >
      {job.status === "in_progress" && (
        <div className="absolute inset-y-0 left-0 w-1/3 animate-sweep bg-linear-to-r from-transparent via-hover to-transparent" />
      )}
      {isFirst && (
        <div className="relative">
          <p className="font-medium text-ink">{stateText(job)}</p>
          {timeTexts(job, now).map((text) => (
            <p key={text} className="text-soft tabular-nums">
              {text}
            </p>
          ))}
          <progress
            max={100}
            value={progress}
            aria-label={stateText(job)}
            className="feed-progress mt-1 block h-1 w-full"
          />
        </div>
      )}
    </div>
  );
}
