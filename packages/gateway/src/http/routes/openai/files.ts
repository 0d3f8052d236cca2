// The routes of uploaded reference files: create, list, retrieve, content, delete.

import { JimengError } from "@jimeng/sdk";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import { filePageQuerySchema, fileQuerySchema } from "../../../api/files.ts";
import { fileDeletedSchema, fileListSchema, fileSchema } from "../../../api/files.ts";
import type { StoredFile } from "../../../references/file-store.ts";
import { referenceLifetimeMs } from "../../../references/files.ts";
import type { ReceivedFile } from "../../../references/receive-file.ts";
import { toFileObject } from "../../../shapes/openai/files.ts";
import { toListPage } from "../../../shapes/values.ts";
import { findBatchFile, sendBatchFile } from "../../answers/batch-files.ts";
import { checkDeclaredSize, receiveBody } from "../../bodies/receive-body.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { typeWarning } from "../../../references/type-warning.ts";
import type { Services } from "../../services.ts";
import { sendFile } from "../../send-file.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["files"];
const idSchema = z.object({ id: z.string() });
const defaultPurpose = "user_data";
const rawTypes = /^(image|video|audio)\/|^application\/(octet-stream|jsonl|x-jsonlines|x-ndjson)/i;

/** Registers the routes of uploaded files. */
export function referenceFileRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(uploadRoutes(services));

    app.get(
      "/v1/files",
      {
        config: { scope: "read" },
        schema: {
          summary: "List uploaded files",
          tags,
          querystring: filePageQuerySchema,
          response: { 200: fileListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const keyId = request.caller.listKeyId();
        const { files, hasMore } = await services.files.list({ ...request.query, keyId });
        return toListPage(
          files.map((file) => toFileObject(file)),
          hasMore,
        );
      },
    );

    app.get(
      "/v1/files/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Retrieve the facts of an uploaded file",
          tags,
          params: idSchema,
          response: { 200: fileSchema, ...errorResponses },
        },
      },
      async (request) => {
        const ofBatch = await findBatchFile(services, request, request.params.id);
        return ofBatch?.object ?? toFileObject(await requireFile(services, request));
      },
    );

    app.get(
      "/v1/files/:id/content",
      {
        config: { scope: "read" },
        schema: {
          summary: "Get the bytes of an uploaded file",
          tags,
          params: idSchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const ofBatch = await findBatchFile(services, request, request.params.id);
        if (ofBatch !== undefined) return sendBatchFile(services, request, reply, ofBatch);
        const file = await requireFile(services, request);
        return sendFile(request, reply, file, services.files);
      },
    );

    app.delete(
      "/v1/files/:id",
      {
        config: { scope: "generate", confirmedSession: false },
        schema: {
          summary: "Delete an uploaded file",
          tags,
          params: idSchema,
          response: { 200: fileDeletedSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = await requireFile(services, request);
        if (await services.files.remove(id)) return { id, object: "file" as const, deleted: true };
        throw new ServiceError("conflict", "An unfinished job still needs the file.", {
          fix: "Delete it when the job has ended, or cancel the job first.",
        });
      },
    );
  };
}

function uploadRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { uploadMegabytes } = services.config;
    await acceptFiles(app, { files: services.files, uploadMegabytes }, { forms: true });
    app.addContentTypeParser(rawTypes, (_request, payload, done) => done(null, payload));

    app.post(
      "/v1/files",
      {
        config: { scope: "generate" },
        schema: {
          summary:
            "Upload a reference, or the lines of a batch: a form with the field file, or bytes",
          tags,
          querystring: fileQuerySchema,
          response: { 200: fileSchema, ...errorResponses },
        },
        onRequest: async (request) => {
          const problem = checkDeclaredSize(request, uploadMegabytes);
          if (problem !== undefined) throw problem;
          if (request.caller.key !== null) await services.keyUse.assertRoom(request.caller.key);
        },
      },
      async (request) => {
        const { filename = "", purpose, expires_after: expiresAfter } = request.query;
        const lifeSeconds = expiresAfter ?? lifeIn(request.body);
        const isForm = request.formFiles.length > 0 || !isStream(request.body);
        const file = isForm ? onlyFile(request) : await receiveBody(services, request, filename);
        const stored = await services.files.keep(file, {
          keyId: request.caller.keyId,
          purpose: purpose ?? purposeIn(request.body) ?? defaultPurpose,
          expiresAt: expiryOf(request, lifeSeconds, services.now()),
        });
        const warning = typeWarning(file, "file");
        return toFileObject(stored, warning === undefined ? [] : [warning]);
      },
    );
  };
}

/** Returns when a file expires; those of visitors (pass-through) always do. */
function expiryOf(
  { caller }: FastifyRequest,
  lifeSeconds: number | undefined,
  now: number,
): number | null {
  if (lifeSeconds !== undefined) return now + lifeSeconds * 1000;
  return caller.session() === null ? null : now + referenceLifetimeMs;
}

function onlyFile(request: FastifyRequest): ReceivedFile {
  const [part, second] = request.formFiles;
  if (part !== undefined && part.field === "file" && second === undefined) return part.file;
  throw new JimengError("invalid_request", "One file is expected in the field file.", {
    param: "file",
    fix: "Send a form with one file in the field file, or the file's bytes as the body.",
  });
}

function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && "pipe" in body;
}

function purposeIn(body: unknown): string | undefined {
  const purpose = isRecord(body) ? body["purpose"] : undefined;
  return typeof purpose === "string" && purpose !== "" ? purpose : undefined;
}

// OpenAI's forms carry expires_after[anchor]=created_at and expires_after[seconds].
function lifeIn(body: unknown): number | undefined {
  const parts = isRecord(body) ? [body["expires_after"]].flat() : [];
  const text = parts.flatMap((part) => (isRecord(part) ? (part["seconds"] ?? []) : []))[0];
  if (text === undefined) return undefined;
  const parsed = fileQuerySchema.shape.expires_after.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new JimengError(
    "invalid_request",
    "expires_after[seconds] is not a life that is offered.",
    {
      param: "expires_after",
      fix: "Give whole seconds from 3600 to 2592000, or leave it out.",
    },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

async function requireFile(
  services: Services,
  request: FastifyRequest<{ Params: { id: string } }>,
): Promise<StoredFile> {
  const file = await services.files.get(request.params.id);
  if (file !== undefined && request.caller.maySee(file.keyId)) return file;
  throw new JimengError("not_found", "There is no file of this id.", {
    what: "file",
    param: "id",
    fix: "Check the id; files uploaded with another key or session are not shown.",
  });
}
