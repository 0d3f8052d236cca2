// The cache of answers: kept fresh by events, read again after a gap, and asked for again while the gateway is away.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { EventObject, JobObject } from "@jimeng/gateway/api";
import { QueryClient } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";

import { onEvent, onReset } from "./events.ts";
import { patchJobPages } from "./job-pages.ts";
import type { JobFilter, JobPage } from "./job-pages.ts";
import { ToldJobs } from "./told-jobs.ts";

/** The keys of the answers that are kept. */
export const queryKeys = {
  jobs: (filter: JobFilter = {}) => ["jobs", filter] as const,
  job: (id: string) => ["job", id] as const,
  models: ["models"] as const,
  credits: ["credits"] as const,
  accounts: ["accounts"] as const,
  self: ["self"] as const,
  gateway: ["gateway"] as const,
  estimate: (body: unknown) => ["estimate", body] as const,
};

const retryEveryMs = 1000;
const maxRetries = 3;
const keptMs = 30 * 60_000;

/** Tells whether a failed read is tried again: as long as it takes while the gateway is away, else a few times. */
function isRetried(failures: number, error: Error): boolean {
  if (!(error instanceof GatewayError)) return false;
  if (error.code === "connection_failed") return true;
  return error.retryable && failures < maxRetries;
}

/** The cache of this tab. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Loopback works without a network, which is all that the browser would know of.
      networkMode: "always",
      retry: isRetried,
      retryDelay: retryEveryMs,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: keptMs,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: "always", retry: false },
  },
});

const told = new ToldJobs();

/** Keeps the cache up to date with events; returns how to stop. */
export function keepFresh(cache: QueryClient): () => void {
  const stops = [
    onEvent((event) => applyEvent(cache, event)),
    onReset(() => void cache.invalidateQueries()),
    repairReads(cache),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Puts what events told while jobs were read into what was read, which may be older; returns how to stop. */
function repairReads(cache: QueryClient): () => void {
  const reads = new Map<string, () => readonly JobObject[]>();
  return cache.getQueryCache().subscribe((event) => {
    if (event.type !== "updated") return;
    const { action, query } = event;
    const [name] = query.queryKey as readonly unknown[];
    if (name !== "jobs" && name !== "job") return;
    if (action.type === "fetch") reads.set(query.queryHash, told.mark());
    if (action.type !== "success" || action.manual === true) return;
    reads
      .get(query.queryHash)?.()
      .forEach((job) => putJob(cache, job));
    reads.delete(query.queryHash);
  });
}

/** Makes a call that answers with jobs, and keeps them; where an event told of one meanwhile, that is newer. */
export async function keepAnswered(
  cache: QueryClient,
  call: () => Promise<readonly JobObject[]>,
): Promise<void> {
  const toldSince = told.mark();
  const jobs = await call();
  const newer = new Set(toldSince().map(({ id }) => id));
  for (const job of jobs) if (!newer.has(job.id)) putJob(cache, job);
}

/** Puts what an event says into the cache. */
export function applyEvent(cache: QueryClient, { type, data }: EventObject): void {
  if (type.startsWith("job.") && "status" in data) {
    const job = data as unknown as JobObject;
    told.note(job);
    putJob(cache, job);
  }
  if (type.startsWith("account.")) void cache.invalidateQueries({ queryKey: queryKeys.accounts });
  if (type === "credits.changed") void cache.invalidateQueries({ queryKey: queryKeys.credits });
  if (type === "model.changed") void cache.invalidateQueries({ queryKey: queryKeys.models });
}

/** Puts a job as it is now into every list that was read, and into its own place. */
function putJob(cache: QueryClient, job: JobObject): void {
  cache.setQueryData(queryKeys.job(job.id), job);
  for (const [key] of cache.getQueriesData<InfiniteData<JobPage>>({ queryKey: ["jobs"] })) {
    const filter = (key[1] ?? {}) as JobFilter;
    cache.setQueryData<InfiniteData<JobPage>>(key, (known) =>
      known === undefined
        ? known
        : { ...known, pages: [...patchJobPages(known.pages, job, filter)] },
    );
  }
}
