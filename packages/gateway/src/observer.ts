// The interface by which metrics, traces and audit learn what happens. Those who call it know none of them.

import type { GenerationKind } from "@jimeng/sdk";

/** One answered HTTP request. */
export interface HttpObservation {
  method: string;
  /** The route's pattern, such as `/v1/jobs/:id`; never the path, which may hold ids. */
  route: string;
  status: number;
  durationMs: number;
}

/** One thing that happened to a job. */
export interface JobObservation {
  /** Such as `job.completed`. */
  event: string;
  kind: GenerationKind;
  model: string;
}

/** Told what happens. Implementations return at once and never throw. */
export interface Observer {
  httpAnswered(observation: HttpObservation): void;
  jobChanged(observation: JobObservation): void;
}

/** Ignores everything: what a gateway without metrics, traces and audit is given. */
export const noObserver: Observer = {
  httpAnswered: () => undefined,
  jobChanged: () => undefined,
};
