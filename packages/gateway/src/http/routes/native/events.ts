// The route that follows everything that the caller may see, as server-sent events.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { eventQuerySchema } from "../../../api/events.ts";
import { sendEventStream } from "../../answers/event-stream.ts";
import { followFeed } from "../../answers/event-feed.ts";
import { createEventTexts } from "../../answers/event-texts.ts";
import { createKeyCheck } from "../../auth.ts";
import { errorResponses } from "../../responses.ts";
import { baseFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import type { OpenStreams } from "../../walls/open-streams.ts";

/** Registers the route of all events. */
export function eventRoutes(services: Services, streams: OpenStreams): FastifyPluginAsyncZod {
  return async (app) => {
    const render = createEventTexts(services);
    const isKeyInForce = createKeyCheck(services.config, services);
    app.get(
      "/v1/events",
      {
        config: { scope: "read" },
        // A stream has no length to tell, and would have to be read to its end.
        exposeHeadRoute: false,
        schema: {
          summary: "Follow everything that the caller may see (server-sent events)",
          tags: ["events"],
          querystring: eventQuerySchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const { caller } = request;
        const { types } = request.query;
        const base = baseFor(request, services);
        const ended = streams.enter(request, reply);
        const after = toPosition([request.headers["last-event-id"]].flat()[0]);
        return sendEventStream(reply, {
          open: (signal) =>
            followFeed({
              log: services.events,
              tail: services.eventTail,
              caller,
              types,
              after,
              signal,
              isInForce: () => isKeyInForce(caller.keyId),
              render: (event) => render(event, base),
            }),
          closing: AbortSignal.any([services.draining.signal, ended]),
          heartbeatMs: services.heartbeatMs,
          isPaced: true,
          onError: (error) => request.log.error({ err: error }, "event stream failed"),
        });
      },
    );
  };
}

/** Reads a Last-Event-ID; one that this gateway never sent counts as one that is too old. */
function toPosition(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}
