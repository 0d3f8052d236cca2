// The room of all jobs.

import { NotFound } from "../shell/not-found.tsx";

/** Shows jobs; one of them in full where the path names it. */
export function JobsRoom({ jobId: _jobId }: { jobId: string | undefined }) {
  return <NotFound />;
}
