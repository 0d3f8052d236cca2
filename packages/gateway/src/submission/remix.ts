// The submission that remixes a finished video: its request with another prompt. The site itself remixes nothing.

import { ServiceError } from "../errors.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Job } from "../jobs/job.ts";
import type { Caller } from "../keys/caller.ts";
import { fileReferences } from "../references/file-handles.ts";
import type { Files } from "../references/files.ts";
import type { SubmissionContent } from "./submission.ts";

/** What a remix is looked up with. */
export interface RemixServices {
  accounts: Pick<Accounts, "get">;
  files: Pick<Files, "get">;
}

/** The part of a submission that a remix says. */
export type RemixContent = Pick<
  SubmissionContent,
  "requests" | "references" | "account" | "warnings" | "remixOf"
>;

/**
 * Returns the submission that makes a video anew with another prompt: model, size, duration, seed and references are the
 * original's. Throws `conflict` with the reason for a video that cannot be remixed.
 */
export async function toRemix(
  { accounts, files }: RemixServices,
  caller: Caller,
  job: Job,
  prompt: string,
): Promise<RemixContent> {
  const { request } = job;
  if (job.status !== "completed") {
    throw cannot(
      `The video is ${job.status}: only a finished one is remixed.`,
      job.status === "failed" || job.status === "cancelled"
        ? "Make a new video (POST /v1/videos)."
        : `Wait until GET /v1/videos/${job.id} says completed.`,
    );
  }
  if (request.kind !== "video" || request.tool !== undefined) {
    throw cannot(
      "The video was made by a tool, which has no prompt.",
      "Remix the video before it.",
    );
  }
  if (request.resolution === "" || request.durationSeconds === 0) {
    throw cannot(
      "The video was made elsewhere; what it asked for is not known.",
      "Make a new video (POST /v1/videos).",
    );
  }
  for (const { fileId } of fileReferences(request)) {
    if ((await files.get(fileId)) !== undefined) continue;
    throw cannot(
      "A picture, video or sound that the video was made from is no longer kept.",
      "Make a new video with the file (POST /v1/videos).",
    );
  }
  const before = job.account === null ? undefined : accounts.get(job.account);
  return {
    requests: [{ ...request, prompt }],
    references: [],
    // A caller's own account pays for that caller's videos only; a configured one is chosen anew.
    account: caller.session() === null && before?.adopted === true ? job.account : null,
    warnings: [],
    remixOf: job.id,
  };
}

function cannot(message: string, fix: string): ServiceError {
  return new ServiceError("conflict", message, { fix, charged: "no" });
}
