// Starts pictures under one idempotency key and waits until their jobs have ended, through any number of broken
// connections.

import type { JobObject } from "@jimeng/gateway/api";
import { GatewayError, hasJobEnded } from "@jimeng/gateway/api/client";

import type { Connection } from "../connection.ts";
import type { GatewayWarning } from "../warnings.ts";
import type { ImageRequest } from "./image-request.ts";

/** The jobs of a call, all of them ended. */
export interface FinishedJobs {
  jobs: JobObject[];
  warnings: GatewayWarning[];
  /** Why not all of them were completed; undefined where they were. */
  failure: GatewayError | undefined;
}

interface Outcome {
  jobIds: string[];
  warnings?: GatewayWarning[];
  failure?: GatewayError;
}

/** Makes the pictures of a call. Throws the failure of a call that made no job. */
export async function makePictures(
  connection: Connection,
  request: ImageRequest,
  idempotencyKey: string,
): Promise<FinishedJobs> {
  for (;;) {
    // The same key and body: what was started before is waited for, and nothing is started again.
    const { jobIds, warnings, failure } = await connection.recover(() =>
      attempt(connection, request, idempotencyKey),
    );
    const jobs = await Promise.all(
      jobIds.map((id) =>
        connection.recover(() =>
          connection.client.jobs.retrieve(id, { signal: connection.signal }),
        ),
      ),
    );
    // The gateway stopped while it waited, or one of several jobs has failed before the others ended.
    if (!jobs.every(hasJobEnded)) continue;
    return { jobs, warnings: warnings ?? jobs.flatMap((job) => job.warnings), failure };
  }
}

async function attempt(
  { client, signal }: Connection,
  { body, isEdit }: ImageRequest,
  idempotencyKey: string,
): Promise<Outcome> {
  const make = isEdit ? client.images.edit : client.images.create;
  try {
    const answer = await make.call(client.images, body, { idempotencyKey, signal });
    return { jobIds: answer.job_ids, warnings: answer.warnings };
  } catch (error) {
    const jobIds = error instanceof GatewayError ? jobIdsOf(error) : [];
    if (jobIds.length === 0) throw error;
    return { jobIds, failure: error as GatewayError };
  }
}

/** Returns the ids of the jobs that exist in spite of the failure. */
function jobIdsOf({ jobId, body }: GatewayError): string[] {
  const ids: unknown = body?.["job_ids"];
  if (Array.isArray(ids)) return ids.filter((id) => typeof id === "string");
  return jobId === null ? [] : [jobId];
}
