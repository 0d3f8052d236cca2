// Making the jobs of an image wish, for whichever route it came by.

import type { UploadedImage } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import type { SubmissionFields } from "../../../api/generations.ts";
import type { SubmittedJobs } from "../../../jobs/job.ts";
import { splitImageWish } from "../../../shapes/openai/openai.ts";
import type { ImageWish } from "../../../shapes/openai/openai.ts";
import type { WantedReference } from "../../../references/references.ts";
import type { Services } from "../../services.ts";
import { createJobs, prepareSubmission } from "../../../submission/create-jobs.ts";
import type { WantedJobs } from "../../../submission/create-jobs.ts";
import { toImageHandle, unreadImage } from "../../../submission/gather-references.ts";
import { hashWish } from "../../../submission/request-hash.ts";

/** What an image route was asked for. */
export interface ImageSubmission {
  wish: ImageWish;
  wanted: readonly WantedReference[];
  fields: SubmissionFields;
}

/** Makes the jobs of an image wish, or gives those that an earlier request of the same wish made. */
export function createImageJobs(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { wish, wanted, fields }: ImageSubmission,
): Promise<SubmittedJobs> {
  const { account } = wish;
  return createJobs(services, request, reply, {
    requestHash: hashWish({ request: wish.request, account, wanted }),
    fields,
    wanted,
    check: () => {
      const unread = wanted.map(() => unreadImage);
      prepareSubmission(services, request.caller, toJobs(wish, unread));
    },
    toJobs: (files) => toJobs(wish, files.map(toImageHandle)),
  });
}

function toJobs(wish: ImageWish, references: UploadedImage[]): WantedJobs {
  const request = references.length === 0 ? wish.request : { ...wish.request, references };
  return { ...splitImageWish({ ...wish, request }), account: wish.account };
}
