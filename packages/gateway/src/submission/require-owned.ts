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
  // Asked first, so that a foreign id takes the same reads as one that does not exist.
  const isForeign = !(await mayUse(services, caller, id));
  const job = isForeign ? undefined : await services.jobs.get(id);
  if (job !== undefined && (kind ?? job.kind) === job.kind) return job;
  throw new JimengError("not_found", `There is no ${kind ?? "job"} of this id.`, {
    what: "job",
    param: "id",
    fix: "Check the id; jobs made with another key or session are not shown.",
  });
}

async function mayUse({ jobs }: LookupServices, caller: Caller, jobId: string): Promise<boolean> {
  if (caller.seesEverything) return true;
  const owner = await jobs.ownerOf(jobId);
  return owner !== undefined && caller.maySee(owner.keyId);
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

/**
 * Returns the caller's file; throws `not_found` (what: asset), also for one that lies in the trash (reason: trashed) or
 * was deleted (reason: deleted).
 */
export async function requireAsset(
  services: LookupServices,
  caller: Caller,
  id: string,
): Promise<Asset> {
  const asset = await services.jobs.asset(id);
  // The same reads for a foreign id and for one that does not exist: nobody learns from the time which it is.
  const isOwn = await mayUse(services, caller, asset?.jobId ?? id);
  if (asset === undefined || !isOwn) throw assetNotFound();
  return requirePresent(asset);
}

/** Returns a file that is neither in the trash nor deleted; throws `not_found` with the reason. */
export function requirePresent(asset: Asset): Asset {
  if (asset.trashedAt !== null || asset.deletedAt !== null) throw assetGone(asset);
  return asset;
}

/** Makes the error of a file that the caller does not have. */
export function assetNotFound(): JimengError {
  return new JimengError("not_found", "There is no file of this id.", {
    what: "asset",
    param: "id",
    fix: "Check the id; files made with another key or session are not shown.",
  });
}

/** Makes the error of a file that lies in the trash or was deleted for good. */
export function assetGone({ id, deletedAt }: Pick<Asset, "id" | "deletedAt">): JimengError {
  if (deletedAt === null) {
    return new JimengError("not_found", "The file lies in the trash.", {
      what: "asset",
      reason: "trashed",
      param: "id",
      fix: `Restore it: POST /v1/assets/${id}/restore.`,
    });
  }
  const when = new Date(deletedAt).toISOString();
  return new JimengError("not_found", `The file was deleted at ${when}.`, {
    what: "asset",
    reason: "deleted",
    param: "id",
    fix: "It cannot be brought back; its job still says what it was made from.",
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
  if (asset !== undefined && job.deletedAt === null) return requirePresent(asset);
  throw new JimengError("not_found", `The job has no result ${source.number}.`, {
    what: "asset",
    param: "id",
    fix: "Wait until the job has completed, and name one of its results.",
  });
}
