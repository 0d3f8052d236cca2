// The routes of webhooks: the owner stores endpoints, tests them and reads what was delivered; callers read the secret and
// the deliveries of the addresses that their own requests name.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import {
  deliveryListSchema,
  deliveryQuerySchema,
  deliverySchema,
  madeWebhookSchema,
  webhookBodySchema,
  webhookChangesSchema,
  webhookDeletedSchema,
  webhookListSchema,
  webhookRotationSchema,
  webhookSchema,
  webhookSecretSchema,
} from "../../../api/webhooks.ts";
import { toDeliveryObject, toWebhookObject } from "../../../shapes/native/webhooks.ts";
import { requireJob } from "../../../submission/require-owned.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["webhooks"];
const config = { scope: "admin" } as const;

/** Registers the routes of webhooks. */
export function webhookRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(endpointRoutes(services));
    await app.register(secretRoutes(services));
    await app.register(deliveryRoutes(services));
    await app.register(callerRoutes(services));
  };
}

function endpointRoutes({ webhooks, now }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/webhooks",
      {
        config,
        schema: {
          summary: "List the webhooks",
          tags,
          response: { 200: webhookListSchema, ...errorResponses },
        },
      },
      async () => {
        const data = (await webhooks.list()).map((webhook) => toWebhookObject(webhook, now()));
        return toPage(data, false);
      },
    );

    app.get(
      "/v1/webhooks/:id",
      {
        config,
        schema: {
          summary: "Retrieve a webhook",
          tags,
          params: idSchema,
          response: { 200: webhookSchema, ...errorResponses },
        },
      },
      async (request) => toWebhookObject(await webhooks.get(request.params.id), now()),
    );

    app.patch(
      "/v1/webhooks/:id",
      {
        config,
        schema: {
          summary: "Change a webhook",
          tags,
          params: idSchema,
          body: webhookChangesSchema,
          response: { 200: webhookSchema, ...errorResponses },
        },
      },
      async (request) =>
        toWebhookObject(await webhooks.update(request.params.id, request.body), now()),
    );

    app.delete(
      "/v1/webhooks/:id",
      {
        config,
        schema: {
          summary: "Remove a webhook and what was delivered to it",
          tags,
          params: idSchema,
          response: { 200: webhookDeletedSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = request.params;
        await webhooks.remove(id);
        return { id, object: "webhook.deleted" as const, deleted: true as const };
      },
    );
  };
}

function secretRoutes({ webhooks, now }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/v1/webhooks",
      {
        config,
        schema: {
          summary: "Make a webhook; its secret is shown this once",
          tags,
          body: webhookBodySchema,
          response: { 201: madeWebhookSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { webhook, secret } = await webhooks.create(request.body);
        return reply
          .status(201)
          .header("location", `/v1/webhooks/${webhook.id}`)
          .send({ ...toWebhookObject(webhook, now()), secret });
      },
    );

    app.post(
      "/v1/webhooks/:id/rotate",
      {
        config,
        schema: {
          summary: "Give a webhook a new secret; for a day messages are signed with both",
          tags,
          params: idSchema,
          body: webhookRotationSchema,
          response: { 200: madeWebhookSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { keep_old_seconds: seconds } = request.body ?? webhookRotationSchema.parse({}) ?? {};
        const made = await webhooks.rotate(request.params.id, (seconds ?? 0) * 1000);
        return { ...toWebhookObject(made.webhook, now()), secret: made.secret };
      },
    );
  };
}

function deliveryRoutes({ webhooks }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/v1/webhooks/:id/test",
      {
        config,
        schema: {
          summary: "Send a test message now, once",
          tags,
          params: idSchema,
          response: { 200: deliverySchema, ...errorResponses },
        },
      },
      async (request) => toDeliveryObject(await webhooks.test(request.params.id)),
    );

    app.get(
      "/v1/webhooks/:id/deliveries",
      {
        config,
        schema: {
          summary: "List what was and is delivered to a webhook",
          tags,
          params: idSchema,
          querystring: deliveryQuerySchema,
          response: { 200: deliveryListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id: webhookId } = await webhooks.get(request.params.id);
        const found = await webhooks.deliveries({ webhookId, ...request.query });
        return toPage(found.deliveries.map(toDeliveryObject), found.hasMore);
      },
    );

    app.post(
      "/v1/webhooks/:id/deliveries/:delivery/redeliver",
      {
        config,
        schema: {
          summary: "Send a message again",
          tags,
          params: z.object({ id: z.string(), delivery: z.string() }),
          response: { 202: deliverySchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { id, delivery } = request.params;
        return reply.status(202).send(toDeliveryObject(await webhooks.redeliver(id, delivery)));
      },
    );
  };
}

function callerRoutes(services: Services): FastifyPluginAsyncZod {
  const { webhooks } = services;
  return async (app) => {
    app.get(
      "/v1/webhooks/secret",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Read the secret of the messages to the webhook_url of one's own requests",
          tags,
          response: { 200: webhookSecretSchema, ...errorResponses },
        },
      },
      async (request) => ({
        object: "webhook.secret" as const,
        secret: webhooks.secretOfCaller(request.caller.keyId),
      }),
    );

    app.get(
      "/v1/jobs/:id/deliveries",
      {
        config: { scope: "read" },
        schema: {
          summary: "List what was and is delivered to the webhook_url of a job's request",
          tags,
          params: idSchema,
          querystring: deliveryQuerySchema,
          response: { 200: deliveryListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id: jobId } = await requireJob(services, request.caller, request.params.id);
        const found = await webhooks.deliveries({ jobId, ...request.query });
        return toPage(found.deliveries.map(toDeliveryObject), found.hasMore);
      },
    );
  };
}

function toPage<Item extends { id: string }>(data: Item[], hasMore: boolean) {
  return {
    object: "list" as const,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}
