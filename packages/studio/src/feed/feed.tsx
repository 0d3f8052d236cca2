// The feed: requests, newest first, as long as one scrolls; only those in view are in the page.

import type { JobObject } from "@jimeng/gateway/api";
import { useEffect, useMemo, useRef } from "react";
import type { ReactNode } from "react";
import { VList } from "virtua";
import type { VListHandle } from "virtua";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { toJobs } from "../data/job-pages.ts";
import { useJobs } from "../data/queries.ts";
import * as words from "../words/feed.js";
import { groupJobs, isLive } from "./groups.ts";
import { RequestCard } from "./request-card.tsx";
import { useProgress } from "./use-progress.ts";

// So many cards before the end the next page is read.
const aheadCards = 6;

/** The feed; `empty` is shown where nothing was made yet. */
export function Feed({
  empty,
  onDetails,
}: {
  empty: ReactNode;
  onDetails: (job: JobObject) => void;
}) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useJobs();
  const jobs = useMemo(() => toJobs(data?.pages ?? []), [data]);
  const groups = useMemo(() => groupJobs(jobs), [jobs]);
  const list = useRef<VListHandle>(null);
  useProgress(jobs.some(isLive));
  const newest = groups[0]?.id;
  useEffect(() => {
    // What was just made is what one wants to see.
    list.current?.scrollTo(0);
  }, [newest]);
  if (isPending) return <FeedSkeleton />;
  if (error !== null && data === undefined)
    return (
      <div className="p-3">
        <Note tone="bad" actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}>
          {words.loadFailed({ reason: error.message })}
        </Note>
      </div>
    );
  if (groups.length === 0) return <>{empty}</>;
  const onScroll = (): void => {
    const handle = list.current;
    if (handle === null || !hasNextPage || isFetchingNextPage) return;
    const last = handle.findItemIndex(handle.scrollOffset + handle.viewportSize);
    if (last + aheadCards >= groups.length) void fetchNextPage();
  };
  return (
    <section aria-label={words.feed()} className="min-h-0 grow">
      <VList ref={list} onScroll={onScroll} itemSize={220} style={{ height: "100%" }}>
        {groups.map((group) => (
          <RequestCard key={group.id} group={group} onDetails={onDetails} />
        ))}
      </VList>
    </section>
  );
}

function FeedSkeleton() {
  return (
    <div className="min-h-0 grow overflow-hidden">
      {[0, 1, 2].map((at) => (
        <div
          key={at}
          className="grid gap-4 border-b border-line px-3 py-3 lg:grid-cols-[17rem_1fr]"
        >
          <div className="flex flex-col gap-2">
            <Skeleton className="h-5 w-full" />
            <Skeleton className="h-5 w-2/3" />
          </div>
          <div className="grid grid-cols-2 gap-2 xl:grid-cols-4">
            {[0, 1, 2, 3].map((tile) => (
              <Skeleton key={tile} className="aspect-square" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
