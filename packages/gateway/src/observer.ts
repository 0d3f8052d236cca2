// The interface by which metrics, traces and audit learn what happens. Those who call it know none of them.

import type { GenerationKind, Region } from "@jimeng/sdk";
import type { RegistryChange } from "@jimeng/sdk/registry";

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

/** A difference between a site's live list of models and the built-in table, told once. */
export interface RegistryObservation {
  change: RegistryChange["change"];
  region: Region;
  /** The model's public id. */
  model: string;
}

/** An account whose session ends soon, or should have ended. */
export interface ExpiryObservation {
  account: string;
  region: Region;
  /** Unix milliseconds. */
  endsAt: number;
}

/** Told what happens. Implementations return at once and never throw. */
export interface Observer {
  httpAnswered(observation: HttpObservation): void;
  jobChanged(observation: JobObservation): void;
  registryChanged(observation: RegistryObservation): void;
  accountExpiring(observation: ExpiryObservation): void;
}

/** Ignores everything: what a gateway without metrics, traces and audit is given. */
export const noObserver: Observer = {
  httpAnswered: () => undefined,
  jobChanged: () => undefined,
  registryChanged: () => undefined,
  accountExpiring: () => undefined,
};
