// Tests what the cache makes of events and answers, in whatever order they come.

import type { EventObject, JobObject } from "@jimeng/gateway/api";
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it } from "vitest";

import type { JobPage } from "./job-pages.ts";
import { applyEvent, keepAnswered, keepFresh, queryKeys } from "./query-client.ts";

const toJob = (id: string, status: JobObject["status"], createdAt = 1) =>
  ({ id, status, created_at: createdAt }) as JobObject;
const toEvent = (job: JobObject) =>
  ({ type: `job.${job.status}`, data: job }) as unknown as EventObject;
const toPage = (...data: JobObject[]): JobPage => ({ data, has_more: false, last_id: null });

let cache: QueryClient;
let stop: () => void;
beforeEach(() => {
  cache = new QueryClient();
  stop = keepFresh(cache);
});
afterEach(() => {
  stop();
  cache.clear();
});

/** Begins a read of the list whose answer comes later. */
function beginRead(filter = {}) {
  const { promise, resolve } = Promise.withResolvers<JobPage>();
  const read = cache.fetchInfiniteQuery({
    queryKey: queryKeys.jobs(filter),
    initialPageParam: undefined,
    queryFn: () => promise,
  });
  return {
    answer: async (page: JobPage) => {
      resolve(page);
      await read;
    },
  };
}

function statusesOf(filter = {}) {
  const list = cache.getQueryData<{ pages: JobPage[] }>(queryKeys.jobs(filter));
  return list?.pages.flatMap(({ data }) => data.map(({ id, status }) => `${id} ${status}`));
}

it("keeps what an event told while the list was read: the answer may be older", async () => {
  const read = beginRead();
  applyEvent(cache, toEvent(toJob("a", "completed")));
  applyEvent(cache, toEvent(toJob("new", "queued", 2)));
  await read.answer(toPage(toJob("a", "in_progress"), toJob("b", "queued")));
  expect(statusesOf()).toEqual(["new queued", "a completed", "b queued"]);
});

it("takes what is read after an event, and lets a filtered list go without what does not fit", async () => {
  applyEvent(cache, toEvent(toJob("a", "completed")));
  const filter = { status: "in_progress" };
  const [all, running] = [beginRead(), beginRead(filter)];
  // A recheck begins an ended job again.
  await all.answer(toPage(toJob("a", "in_progress")));
  applyEvent(cache, toEvent(toJob("a", "failed")));
  await running.answer(toPage(toJob("a", "in_progress")));
  expect(statusesOf()).toEqual(["a failed"]);
  expect(statusesOf(filter)).toEqual([]);
});

it("does not let the answer of a call undo what an event told while it was under way", async () => {
  await beginRead().answer(toPage(toJob("a", "in_progress"), toJob("b", "in_progress")));
  await keepAnswered(cache, async () => {
    applyEvent(cache, toEvent(toJob("a", "cancelled")));
    return [toJob("a", "in_progress"), toJob("b", "cancelled")];
  });
  expect(statusesOf()).toEqual(["a cancelled", "b cancelled"]);
});
