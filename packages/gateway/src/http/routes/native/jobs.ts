// The native door to jobs that exist: list, retrieve, events, cancel, recheck.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import { jobQuerySchema } from "../../../api/jobs.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import type { Caller } from "../../../keys/caller.ts";
import { toAssetObject, toJobObject } from "../../../shapes/native/job.ts";
import { toListPage } from "../../../shapes/values.ts";
import { hasEnded } from "../../../jobs/job.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import type { Urls } from "../../../shapes/urls.ts";
import { sendEventStream } from "../../event-stream.ts";
import type { OutgoingEvent } from "../../event-stream.ts";
import { requireJob } from "../../../submission/require-owned.ts";
import { errorResponses } from "../../responses.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["jobs"];

/** Registers the job routes. */
export function jobRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/jobs",
      {
        config: { scope: "read" },
        schema: {
          summary: "List jobs",
          tags,
          querystring: jobQuerySchema,
          response: { 200: jobListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { key, created_after: after, created_before: before, ...query } = request.query;
        const { jobs, hasMore } = await services.jobs.list({
          ...query,
          createdAfter: after === undefined ? undefined : after * 1000,
          createdBefore: before === undefined ? undefined : before * 1000,
          keyId: ownerAskedFor(request.caller, key),
        });
        const urls = urlsFor(request, services);
        return toListPage(
          jobs.map((job) => toJobObject(job, urls, services.now())),
          hasMore,
        );
      },
    );

    app.get(
      "/v1/jobs/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Retrieve a job",
          tags,
          params: idSchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const job = await requireJob(services, request.caller, request.params.id);
        return toJobObject(job, urlsFor(request, services), services.now());
      },
    );

    app.get(
      "/v1/jobs/:id/events",
      {
        config: { scope: "read" },
        // A stream has no length to tell, and nobody would read it to its end.
        exposeHeadRoute: false,
        schema: {
          summary:
            "Follow a job (server-sent events: the pictures that are there, where it stands, then what happens; the `asset` of a job.image is the picture that landed; Last-Event-ID resumes)",
          tags,
          params: idSchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        const urls = urlsFor(request, services);
        const seen = [request.headers["last-event-id"]].flat()[0];
        return sendEventStream(reply, {
          open: (signal) => follow(services, id, urls, { signal, seen }),
          closing: services.closing.signal,
          heartbeatMs: services.heartbeatMs,
          onError: (error) => request.log.error({ err: error }, "event stream broke off"),
        });
      },
    );

    app.post(
      "/v1/jobs/:id/cancel",
      {
        config: { scope: "generate" },
        schema: {
          summary:
            "Cancel a job: free before its start; afterwards the upstream is asked, and its record decides",
          tags,
          params: idSchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        const job = await services.jobs.cancel(id);
        return toJobObject(job, urlsFor(request, services), services.now());
      },
    );

    app.post(
      "/v1/jobs/:id/recheck",
      {
        config: { scope: "generate" },
        schema: {
          summary:
            "Look once more for the result of a job that ended as generation_timeout or outcome_unknown",
          tags,
          params: idSchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        const job = await services.jobs.recheck(id);
        return toJobObject(job, urlsFor(request, services), services.now());
      },
    );
  };
}

/** Gives the owner that a list is narrowed to. Throws `forbidden` for another's key. */
function ownerAskedFor(caller: Caller, key: string | undefined): string | null | undefined {
  const own = caller.listKeyId();
  if (key === undefined || key === own) return own;
  if (caller.seesEverything) return key;
  throw new ServiceError("forbidden", "Another key's jobs are not yours to see.", {
    param: "key",
    fix: "Leave the parameter out: only your own jobs are listed.",
  });
}

// An event's id is the job's version and how many pictures were told of by then: whoever comes again hears of the
// pictures that it missed, and of the present state unless it has seen that. Of states in between the last stands for
// all.
async function* follow(
  services: Services,
  id: string,
  urls: Urls,
  { signal, seen }: { signal: AbortSignal; seen: string | undefined },
): AsyncGenerator<OutgoingEvent> {
  const [seenVersion, seenImages] = (seen ?? "").split("-").map(Number);
  let isFirst = true;
  let images = 0;
  for await (const { name, job, asset } of services.jobs.events(id, { signal })) {
    const object = toJobObject(job, urls, services.now());
    if (asset !== undefined) {
      images += 1;
      if (images <= (seenImages ?? 0)) continue;
      const data = { ...object, asset: toAssetObject(asset, urls) };
      yield { name, id: toEventId(job.version, images), data };
      continue;
    }
    const isKnown = isFirst && seenVersion === job.version && !hasEnded(job);
    isFirst = false;
    if (isKnown) continue;
    yield { name, id: toEventId(job.version, images), data: object };
  }
}

function toEventId(version: number, images: number): string {
  return images === 0 ? String(version) : `${version}-${images}`;
}
