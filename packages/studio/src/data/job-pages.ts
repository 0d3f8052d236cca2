// Puts what an event says of a job into the lists of jobs that were read: pure functions on pages.

import type { JobObject } from "@jimeng/gateway/api";

/** Which jobs a list has. */
export interface JobFilter {
  status?: JobObject["status"];
  kind?: JobObject["kind"];
  account?: string;
}

/** One page of jobs. */
export interface JobPage {
  data: JobObject[];
  has_more: boolean;
  last_id: string | null;
}

/** Tells whether a job belongs to a list. */
export function fitsFilter(job: JobObject, filter: JobFilter): boolean {
  return (
    (filter.status === undefined || filter.status === job.status) &&
    (filter.kind === undefined || filter.kind === job.kind) &&
    (filter.account === undefined || filter.account === job.account)
  );
}

/**
 * Returns the pages, newest job first, with this job as it is now: in place where it was, first where it is new, gone
 * where it does not fit any more. Returns the same pages where nothing changes.
 */
export function patchJobPages<Page extends JobPage>(
  pages: readonly Page[],
  job: JobObject,
  filter: JobFilter = {},
): readonly Page[] {
  const at = pages.findIndex(({ data }) => data.some(({ id }) => id === job.id));
  if (at === -1) return fitsFilter(job, filter) ? insertJob(pages, job) : pages;
  return pages.map((page, index) => {
    if (index !== at) return page;
    if (!fitsFilter(job, filter))
      return { ...page, data: page.data.filter(({ id }) => id !== job.id) };
    const data = page.data.map((known) => (known.id === job.id ? job : known));
    return { ...page, data };
  });
}

/** Puts a new job where its time of creation belongs; nowhere where that is beyond what was read. */
function insertJob<Page extends JobPage>(pages: readonly Page[], job: JobObject): readonly Page[] {
  const isBefore = (known: JobObject) => known.created_at <= job.created_at;
  const at = pages.findIndex(({ data }) => data.some(isBefore));
  const target = at === -1 ? pages.length - 1 : at;
  const last = pages.at(-1);
  if (last === undefined || (at === -1 && last.has_more)) return pages;
  return pages.map((page, index) => {
    if (index !== target) return page;
    const place = page.data.findIndex(isBefore);
    const data = page.data.toSpliced(place === -1 ? page.data.length : place, 0, job);
    return { ...page, data };
  });
}

/** Returns the jobs of all pages, each once: a page that was read later may overlap the one before. */
export function toJobs(pages: readonly JobPage[]): JobObject[] {
  const seen = new Set<string>();
  return pages
    .flatMap(({ data }) => data)
    .filter(({ id }) => !seen.has(id) && seen.add(id).size > 0);
}
