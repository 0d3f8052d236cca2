// The route that follows a job: its pictures, its state, and then what happens to it, as server-sent events.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { seenQuerySchema } from "../../../api/jobs.ts";
import { hasEnded } from "../../../jobs/job.ts";
import { toAssetObject, toJobObject } from "../../../shapes/native/job.ts";
import type { Urls } from "../../../shapes/urls.ts";
import { requireJob } from "../../../submission/require-owned.ts";
import { sendEventStream } from "../../answers/event-stream.ts";
import type { OutgoingEvent } from "../../answers/event-stream.ts";
import { createKeyCheck } from "../../auth.ts";
import { errorResponses } from "../../responses.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import type { OpenStreams } from "../../walls/open-streams.ts";

/** Registers the route of a job's events. */
export function jobEventRoutes(services: Services, streams: OpenStreams): FastifyPluginAsyncZod {
  const isKeyInForce = createKeyCheck(services.config, services);
  return async (app) => {
    app.get(
      "/v1/jobs/:id/events",
      {
        config: { scope: "read" },
        // A stream has no length to tell, and would have to be read to its end.
        exposeHeadRoute: false,
        schema: {
          summary:
            "Follow a job (server-sent events: the pictures that are there, where it stands, then what happens; the `asset` of a job.image is the picture that landed; Last-Event-ID resumes)",
          tags: ["jobs"],
          params: z.object({ id: z.string() }),
          querystring: seenQuerySchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const { keyId } = request.caller;
        const { id } = await requireJob(services, request.caller, request.params.id);
        const ended = streams.enter(request, reply);
        const isInForce = () => isKeyInForce(keyId);
        const isSeen = request.query.seen !== false;
        const urls = urlsFor(request, services);
        const lastEventId = [request.headers["last-event-id"]].flat()[0];
        return sendEventStream(reply, {
          open: (signal) => follow(services, id, urls, { signal, lastEventId, isInForce, isSeen }),
          closing: AbortSignal.any([services.draining.signal, ended]),
          heartbeatMs: services.heartbeatMs,
          onError: (error) => request.log.error({ err: error }, "event stream failed"),
        });
      },
    );
  };
}

// An event's id is the job's version and the number of pictures told of by then. A reader that connects again hears
// of the pictures that it missed, and of the present state unless it has seen that; states in between are skipped.
async function* follow(
  services: Services,
  id: string,
  urls: Urls,
  reader: {
    signal: AbortSignal;
    lastEventId: string | undefined;
    /** Tells whether the key of the stream may still be used. */
    isInForce: () => Promise<boolean>;
    /** Whether the events count as ones that showed the result. */
    isSeen: boolean;
  },
): AsyncGenerator<OutgoingEvent> {
  const { signal, lastEventId, isInForce, isSeen } = reader;
  const [seenVersion, seenImages] = (lastEventId ?? "").split("-").map(Number);
  let isFirst = true;
  let images = 0;
  for await (const { name, job, asset } of services.jobs.events(id, { signal })) {
    if (!(await isInForce())) return;
    const object = toJobObject(job, urls, services.now());
    if (asset !== undefined) {
      images += 1;
      if (images <= (seenImages ?? 0)) continue;
      const data = { ...object, asset: toAssetObject(asset, urls, job) };
      yield { name, id: toEventId(job.version, images), data };
      continue;
    }
    const isKnown = isFirst && seenVersion === job.version && !hasEnded(job);
    isFirst = false;
    if (isSeen) services.jobs.noteShown(job);
    if (isKnown) continue;
    yield { name, id: toEventId(job.version, images), data: object };
  }
}

function toEventId(version: number, images: number): string {
  return images === 0 ? String(version) : `${version}-${images}`;
}
