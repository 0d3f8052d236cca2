// Looks up the jobs and files of a caller; another's do not exist for it.

import { JimengError } from "@jimeng/sdk";
import type { GenerationKind } from "@jimeng/sdk";

import type { Asset, Job } from "../jobs/job.ts";
import type { Caller } from "../keys/caller.ts";
import type { ResultSource } from "../references/read-reference.ts";
import type { LookupServices } from "./services.ts";

/** Returns the caller's job, of this kind if one is named; throws `not_found` (what: job). */
export async function requireJob(
  services: LookupServices,
  caller: Caller,
  id: string,
  kind?: GenerationKind,
): Promise<Job> {
  const job = await services.jobs.get(id);
  if (job !== undefined && caller.maySee(job.keyId) && (kind ?? job.kind) === job.kind) return job;
  throw new JimengError("not_found", `There is no ${kind ?? "job"} of this id.`, {
    what: "job",
    param: "id",
    fix: "Check the id; jobs made with another key or session are not shown.",
  });
}

/** Returns the caller's video; throws `not_found` (what: job) also for one that was deleted. */
export async function requireVideo(
  services: LookupServices,
  caller: Caller,
  id: string,
): Promise<Job> {
  const job = await requireJob(services, caller, id, "video");
  if (job.deletedAt === null) return job;
  throw new JimengError("not_found", "The video was deleted.", {
    what: "job",
    param: "id",
    fix: "Make a new one (POST /v1/videos).",
  });
}

/** Returns the caller's file; throws `not_found` (what: asset). */
export async function requireAsset(
  services: LookupServices,
  caller: Caller,
  id: string,
): Promise<Asset> {
  const asset = await services.jobs.asset(id);
  const job = asset === undefined ? undefined : await services.jobs.get(asset.jobId);
  if (asset !== undefined && job?.deletedAt === null && caller.maySee(job.keyId)) return asset;
  throw new JimengError("not_found", "There is no file of this id.", {
    what: "asset",
    param: "id",
    fix: "Check the id; files made with another key or session are not shown.",
  });
}

/** Returns the caller's file that a source names; throws `not_found` (what: asset or job). */
export async function requireResult(
  services: LookupServices,
  caller: Caller,
  source: ResultSource,
): Promise<Asset> {
  if (source.from === "asset") return await requireAsset(services, caller, source.id);
  const job = await requireJob(services, caller, source.id);
  const asset = job.assets.find(({ index }) => index === source.number - 1);
  if (asset !== undefined && job.deletedAt === null) return asset;
  throw new JimengError("not_found", `The job has no result ${source.number}.`, {
    what: "asset",
    param: "id",
    fix: "Wait until the job has completed, and name one of its results.",
  });
}
