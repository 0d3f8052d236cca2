// A small picture that opens a result.

import type { GridAsset } from "@jimeng/gateway/api";
import { Music, Play } from "lucide-react";
import { Link, useSearch } from "wouter";

import { thumbnailUrl } from "../data/base.ts";
import { tryAgain } from "../controls/try-again.ts";
import { formatDateTime } from "../words/format.ts";
import { showAsset } from "./address.ts";

/** A link to a result, as a small square. */
export function Thumb({
  asset,
  isCurrent = false,
}: {
  asset: Pick<GridAsset, "id" | "url" | "content_type" | "created_at">;
  isCurrent?: boolean;
}) {
  const search = useSearch();
  const isSound = asset.content_type.startsWith("audio/");
  return (
    <Link
      href={showAsset("", search, asset.id)}
      replace
      aria-label={formatDateTime(asset.created_at)}
      aria-current={isCurrent}
      className={`relative block size-14 shrink-0 overflow-hidden rounded-sm bg-sunken ${isCurrent ? "outline-2 outline-accent" : "opacity-80 hover:opacity-100"}`}
    >
      {isSound ? (
        <Music size={20} aria-hidden className="absolute inset-0 m-auto" />
      ) : (
        <img
          src={thumbnailUrl(asset.url)}
          alt=""
          loading="lazy"
          className="size-full object-cover"
          onError={({ currentTarget }) => tryAgain(currentTarget)}
        />
      )}
      {asset.content_type.startsWith("video/") && (
        <Play size={12} aria-hidden fill="#fff" className="absolute right-1 bottom-1 text-white" />
      )}
    </Link>
  );
}
