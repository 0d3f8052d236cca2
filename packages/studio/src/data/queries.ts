// What components read of the gateway.

import type { JobObject } from "@jimeng/gateway/api";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { client } from "./client.ts";
import type { JobFilter, JobPage } from "./job-pages.ts";
import { queryKeys } from "./query-client.ts";
import { gatewayUrl } from "./base.ts";
import { fetchNoted } from "./client.ts";

const jobsPerPage = 50;
const ended: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);
// The progress of running jobs is no event of the common stream.
const progressEveryMs = 2000;

/** What the gateway says of itself at `/`. */
export interface GatewayFacts {
  version: string;
  mode: "simulator" | "accounts" | "pass-through";
}

/** Reads the gateway's version and mode. */
export function useGateway() {
  return useQuery({
    queryKey: queryKeys.gateway,
    queryFn: async ({ signal }) => {
      const init = { headers: { accept: "application/json" }, signal };
      return (await (await fetchNoted(`${gatewayUrl}/`, init)).json()) as GatewayFacts;
    },
  });
}

/** Reads what the caller's key may do. */
export function useSelf() {
  return useQuery({
    queryKey: queryKeys.self,
    queryFn: ({ signal }) => client.keys.self({ signal }),
  });
}

/** Reads the models. */
export function useModels() {
  return useQuery({
    queryKey: queryKeys.models,
    queryFn: async ({ signal }) => (await client.models.list({ signal })).data,
  });
}

/** Reads the accounts, where the caller may; else there are none. */
export function useAccounts() {
  return useQuery({
    queryKey: queryKeys.accounts,
    queryFn: async ({ signal }) => (await client.accounts.list({ signal })).data,
  });
}

/** Reads the balances. */
export function useCredits(options: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: queryKeys.credits,
    queryFn: async ({ signal }) => (await client.credits.list({ signal })).data,
    retry: false,
    ...options,
  });
}

/** Reads jobs, newest first, page by page; runs of unfinished ones are read again for their progress. */
export function useJobs(filter: JobFilter = {}) {
  return useInfiniteQuery({
    queryKey: queryKeys.jobs(filter),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }): Promise<JobPage> =>
      await client.jobs.list({ ...filter, after: pageParam, limit: jobsPerPage, signal }),
    getNextPageParam: (page) => (page.has_more ? (page.last_id ?? undefined) : undefined),
  });
}

/** Reads one job; while it runs, again for its progress. */
export function useJob(id: string) {
  return useQuery({
    queryKey: queryKeys.job(id),
    queryFn: ({ signal }) => client.jobs.retrieve(id, { signal }),
    refetchInterval: ({ state }) => (hasEnded(state.data) ? false : progressEveryMs),
  });
}

function hasEnded(job: JobObject | undefined): boolean {
  return job === undefined || ended.has(job.status);
}
