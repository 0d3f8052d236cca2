// Uploaded reference files as JSON: OpenAI's File object, and what the file was found to be.

import * as z from "zod";

import { pageQuerySchema, toPageSchema } from "./lists.ts";
import { warningSchema } from "./warnings.ts";

const maxNameLength = 255;
// OpenAI's own bounds of a file's lifetime: an hour and thirty days.
const minLifetimeSeconds = 3600;
const maxLifetimeSeconds = 2_592_000;

/** The query of `POST /v1/files`, for bodies that are the file's bytes. */
export const fileQuerySchema = z.object({
  filename: z.string().max(maxNameLength).optional(),
  purpose: z.string().min(1).optional(),
  /** In seconds; OpenAI's forms carry it as `expires_after[seconds]`. */
  expires_after: z.coerce.number().int().min(minLifetimeSeconds).max(maxLifetimeSeconds).optional(),
});

/** The query of `GET /v1/files`. */
export const filePageQuerySchema = pageQuerySchema.extend({
  purpose: z.string().min(1).optional(),
});

/** An uploaded reference file. */
export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal("file"),
    bytes: z.int(),
    created_at: z.int(),
    expires_at: z.int().nullable(),
    filename: z.string(),
    purpose: z.string(),
    status: z.literal("processed"),
    jimeng: z.object({
      kind: z.enum(["image", "video", "audio", "text"]),
      content_type: z.string(),
      width: z.int().nullable(),
      height: z.int().nullable(),
      duration_seconds: z.number().nullable(),
      sha256: z.string(),
      warnings: z.array(warningSchema),
    }),
  })
  .meta({ id: "File" });

/** One page of files. */
export const fileListSchema = toPageSchema(fileSchema).meta({ id: "FileList" });

/** OpenAI's answer to a deletion. */
export const fileDeletedSchema = z
  .object({ id: z.string(), object: z.literal("file"), deleted: z.boolean() })
  .meta({ id: "FileDeleted" });

/** A page on which a person gives one file. */
export const uploadLinkSchema = z
  .object({
    id: z.string(),
    object: z.literal("upload_link"),
    /** Where the page is; null in every answer but the first. */
    url: z.string().nullable(),
    status: z.enum(["open", "uploading", "done", "expired"]),
    file_id: z.string().nullable(),
    expires_at: z.int(),
  })
  .meta({ id: "UploadLink" });

export type UploadLinkObject = z.infer<typeof uploadLinkSchema>;
export type FileObject = z.infer<typeof fileSchema>;
export type FileDeleted = z.infer<typeof fileDeletedSchema>;
