// Describes the messages that the gateway sends to webhooks: OpenAPI's section `webhooks`.

import { endingEventNames, eventTypes } from "../../api/event-words.ts";
import { referTo } from "./document.ts";
import type { ApiDocument, JsonSchema, Operation, Parameter } from "./document.ts";

const texts: Readonly<Record<string, string>> = {
  "job.queued": "A job waits for its start.",
  "job.started": "The site took a job, or a recheck found it again.",
  "job.progress": "Not sent to webhooks; the stream of a job has it.",
  "job.image": "A result was stored; `asset` in the data is that result.",
  "job.completed": "A job ended with its results.",
  "job.failed": "A job ended without a result.",
  "job.cancelled": "A job was cancelled.",
  "asset.created": "A stored file came.",
  "asset.updated": "A stored file changed.",
  "asset.trashed": "A stored file went to the trash.",
  "account.health": "An account was stopped, cools down or works again.",
  "account.expiring": "The session of an account ends soon.",
  "credits.changed": "A balance that was read differs from the last one.",
  "webhook.disabled": "A webhook failed for days and was disabled.",
  "key.budget": "A key reached a share of its budget.",
  "model.changed": "A site's live list differs from the built-in table.",
  "image.completed": "The pictures of a job are there, as OpenAI's answer to an image generation.",
  "image.failed": "A job for pictures ended without any.",
  "video.completed": "A video is there, as OpenAI's Video object.",
  "video.failed": "A job for a video ended without one.",
};

// Sent to nobody.
const unsent: ReadonlySet<string> = new Set(["job.progress"]);

const headers: Parameter[] = [
  header("webhook-id", "The id of the message, the same for every attempt."),
  header("webhook-timestamp", "When this attempt was signed, in Unix seconds."),
  header(
    "webhook-signature",
    "Signatures by Standard Webhooks: `v1,` and an HMAC-SHA256 of `id.timestamp.body` in base64; two while a secret is replaced.",
  ),
];

/** Adds a description of every message to the document. */
export function describeWebhooks(document: ApiDocument): void {
  const types = [...eventTypes, ...endingEventNames].filter((type) => !unsent.has(type));
  document.webhooks = Object.fromEntries(
    types.map((type) => [type, { post: toOperation(type, document) }]),
  );
}

function toOperation(type: string, document: ApiDocument): Operation {
  const description = texts[type] ?? type;
  return {
    operationId: `on-${type.replace(".", "-")}`,
    summary: `${type} is told`,
    description,
    tags: ["webhooks"],
    security: [],
    parameters: headers,
    requestBody: {
      required: true,
      content: { "application/json": { schema: toMessageSchema(type, document) } },
    },
    responses: {
      "2XX": { description: "The receiver has it." },
      "4XX": { description: "It is sent again later; after 410 nothing is sent any more." },
    },
  };
}

function toMessageSchema(type: string, document: ApiDocument): JsonSchema {
  return {
    type: "object",
    description: "The event.",
    required: ["id", "object", "type", "created_at", "account", "data"],
    properties: {
      id: { type: "string", description: "The id of the event." },
      object: { const: "event" },
      type: { const: type },
      created_at: { type: "integer", description: "Unix seconds." },
      account: { type: ["string", "null"], description: "The account that it is about." },
      data: toDataSchema(type, document),
    },
  };
}

function toDataSchema(type: string, { components }: ApiDocument): JsonSchema {
  const names = { "job.": "Job", "video.": "Video" } as const;
  const found = Object.entries(names).find(([prefix]) => type.startsWith(prefix))?.[1];
  if (found !== undefined && components.schemas[found] !== undefined) return referTo(found);
  return {
    type: "object",
    description: "What it is about.",
    required: ["id"],
    properties: { id: { type: "string", description: "The id of what it is about." } },
    additionalProperties: true,
  };
}

function header(name: string, description: string): Parameter {
  return { name, in: "header", required: true, description, schema: { type: "string" } };
}
