// Making the job of a video body, for whichever route it came by.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { VideoBody } from "../../../api/videos.ts";
import type { SubmittedJobs } from "../../../jobs/job.ts";
import { toVideoWish } from "../../../shapes/openai/openai.ts";
import { fillVideoRequest, toVideoReferences } from "../../../shapes/openai/reference-fields.ts";
import type { Services } from "../../services.ts";
import { createJobs, prepareSubmission } from "../../../submission/create-jobs.ts";
import { incomingOf, toHandle, unreadImage } from "../../../submission/gather-references.ts";
import { hashWish } from "../../../submission/request-hash.ts";

/** Makes the job of a video, or gives the one that an earlier request of the same wish made. */
export function createVideoJob(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  body: VideoBody,
): Promise<SubmittedJobs> {
  const { request: wanted, account, warnings } = toVideoWish(body);
  const roles = toVideoReferences(body, incomingOf(request, services));
  const { wanted: sources, ...places } = roles;
  return createJobs(services, request, reply, {
    requestHash: hashWish({ request: wanted, account, wanted: sources, roles: places }),
    fields: body,
    wanted: sources,
    check: () => {
      // What an omni reference is (picture, video, sound) is known only once it was read.
      if (roles.references.length > 0) return;
      const unread = fillVideoRequest(
        wanted,
        roles,
        sources.map(() => unreadImage),
      );
      prepareSubmission(services, request.caller, { account, warnings, requests: [unread] });
    },
    toJobs: (files) => ({
      account,
      warnings,
      requests: [fillVideoRequest(wanted, roles, files.map(toHandle))],
    }),
  });
}
