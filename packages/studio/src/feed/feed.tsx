// The feed: requests, newest first, as long as one scrolls; only those in view are in the page.

import type { JobObject } from "@jimeng/gateway/api";
import { useEffect, useMemo, useRef } from "react";
import type { ReactNode, RefObject } from "react";
import { VList } from "virtua";
import type { VListHandle } from "virtua";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { ownPresses } from "../create/press.ts";
import { useConnection } from "../data/connection.ts";
import { toJobs } from "../data/job-pages.ts";
import { useJobs } from "../data/queries.ts";
import { reasonText } from "../words/errors.ts";
import * as words from "../words/feed.js";
import { groupJobs } from "./groups.ts";
import type { JobGroup } from "./groups.ts";
import { RequestCard, resultsClass } from "./request-card.tsx";
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
  const { needsSignIn } = useConnection();
  useProgress(jobs);
  const keepsPlace = usePlace(list, groups[0]);
  if (isPending) return <FeedSkeleton />;
  if (error !== null && data === undefined)
    return (
      <div className="min-h-0 grow p-3">
        {/* A banner asks to sign in. */}
        {!needsSignIn && (
          <Note
            tone="bad"
            actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}
          >
            {words.loadFailed({ reason: reasonText(error) })}
          </Note>
        )}
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
      <VList
        ref={list}
        shift={keepsPlace}
        onScroll={onScroll}
        itemSize={220}
        style={{ height: "100%" }}
      >
        {groups.map((group) => (
          <RequestCard key={group.id} group={group} onDetails={onDetails} />
        ))}
      </VList>
    </section>
  );
}

/**
 * Goes to the newest request where this page made it, which is what one wants to see. Returns whether what came in above
 * leaves what one looks at in its place.
 */
function usePlace(list: RefObject<VListHandle | null>, group: JobGroup | undefined): boolean {
  const newest = group?.id;
  const known = useRef(newest);
  const isNew = known.current !== undefined && newest !== known.current;
  const isOwn = [newest, group?.jobs[0]?.retry_of].some((id) => ownPresses.has(id ?? ""));
  useEffect(() => {
    known.current = newest;
    if (isOwn) list.current?.scrollTo(0);
  }, [list, newest, isOwn]);
  return isNew && !isOwn && (list.current?.scrollOffset ?? 0) > 0;
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
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-6 w-1/2" />
          </div>
          <div className={resultsClass}>
            {[0, 1, 2, 3].map((tile) => (
              <Skeleton key={tile} className="aspect-square" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
