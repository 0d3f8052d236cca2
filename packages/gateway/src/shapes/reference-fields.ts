// Reads references out of bodies: the fields of OpenAI, of our own routes, and those that existing clients send.

import { JimengError } from "@jimeng/sdk";

import { atPlace, unusable } from "../references/errors.ts";
import { inlineIndexOf } from "../references/incoming-files.ts";
import type { FormFile } from "../references/incoming-files.ts";
import type { ReferenceKind } from "../references/inspect.ts";
import type { ReferenceSource } from "../references/read-reference.ts";
import type { ReferencePlace, SubmissionReference } from "../submission/submission.ts";
import type { TranslationContext } from "./context.ts";

/** The fields of an image body that hold references, in the order their pictures are counted. */
export const imageReferenceFields = [
  "image",
  "images",
  "image_url",
  "image_urls",
  "reference_images",
  "references",
  "file_paths",
  "filePaths",
] as const;

const firstFrameFields = [
  "input_reference",
  "first_frame",
  "first_frame_image",
  "image",
  "image_url",
] as const;
const lastFrameFields = ["last_frame", "last_frame_image"] as const;
const materialFields = ["references", "reference_images"] as const;
// Existing gateways: the first path is the first frame, the second the last one.
const pathFields = ["file_paths", "filePaths"] as const;

/** The fields of a video body that hold references. */
export const videoReferenceFields = [
  ...firstFrameFields,
  ...lastFrameFields,
  "subjects",
  "frames",
  ...materialFields,
  ...pathFields,
] as const;

/** The fields in which the video that a tool works on is given. */
export const videoSourceFields = ["video", "video_url"] as const;

type Body = Record<string, unknown>;

const pictures: readonly ReferenceKind[] = ["image"];
const materials: readonly ReferenceKind[] = ["image", "video", "audio"];

/** Reads the pictures that an image request works from: those of the form first, then those of the body. */
export function toImageReferences(body: Body, context: TranslationContext): SubmissionReference[] {
  const references: SubmissionReference[] = [];
  for (const field of imageReferenceFields) {
    for (const source of sourcesOf(field, body, context, references.length)) {
      references.push({
        source,
        param: field,
        kinds: pictures,
        place: { property: "references" },
      });
    }
  }
  refuseUnknownParts(context.formFiles, imageReferenceFields);
  return references;
}

/** Reads the videos that a tool is given. */
export function toVideoSources(body: Body, context: TranslationContext): SubmissionReference[] {
  refuseUnknownParts(context.formFiles, videoSourceFields);
  const references: SubmissionReference[] = [];
  for (const param of videoSourceFields) {
    for (const source of sourcesOf(param, body, context, references.length)) {
      references.push({ source, param, kinds: ["video"], place: { property: "video" } });
    }
  }
  return references;
}

/** Reads the references of a video request. Throws `invalid_request` where two fields mean the same. */
export function toVideoReferences(body: Body, context: TranslationContext): SubmissionReference[] {
  refuseUnknownParts(context.formFiles, videoReferenceFields);
  const references: SubmissionReference[] = [];
  const add = (
    source: ReferenceSource,
    param: string,
    place: ReferencePlace,
    kinds = pictures,
  ): void => {
    references.push({ source, param, kinds, place });
  };
  const read = (field: string) => sourcesOf(field, body, context, references.length);
  const addAll = (fields: readonly string[], place: ReferencePlace, kinds = pictures): void => {
    for (const field of fields) for (const source of read(field)) add(source, field, place, kinds);
  };
  const has = (property: ReferencePlace["property"]): boolean =>
    references.some(({ place }) => place.property === property);
  addAll(firstFrameFields, { property: "firstFrame" });
  addAll(lastFrameFields, { property: "lastFrame" });
  for (const field of pathFields) {
    for (const source of read(field)) {
      add(source, field, { property: has("firstFrame") ? "lastFrame" : "firstFrame" });
    }
  }
  refuseSecond(references, "firstFrame", "input_reference", "first");
  refuseSecond(references, "lastFrame", "last_frame", "last");
  addAll(["subjects"], { property: "subjects" });
  for (const [index, { picture, ...frame }] of framesOf(body).entries()) {
    const source = toSource(picture, "frames", index, context);
    add(source, "frames", { property: "frames", ...frame });
  }
  addAll(materialFields, { property: "references" }, materials);
  return references;
}

function sourcesOf(
  field: string,
  body: Body,
  context: TranslationContext,
  from: number,
): ReferenceSource[] {
  const own = context.formFiles.filter((part) => part.field === field);
  const values = listOf(body[field]);
  return [
    ...own.map(({ file }): ReferenceSource => ({ from: "form", file })),
    ...values.map((value, index) => toSource(value, field, from + own.length + index, context)),
  ];
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}

interface Frame {
  picture: unknown;
  durationSeconds?: number;
  prompt?: string;
}

function framesOf(body: Body): Frame[] {
  return listOf(body["frames"]).map((value) => {
    if (!isRecord(value)) return { picture: value };
    const { image, seconds, prompt, ...rest } = value;
    return {
      picture: image ?? rest,
      durationSeconds: typeof seconds === "number" ? seconds : undefined,
      prompt: typeof prompt === "string" ? prompt : undefined,
    };
  });
}

/**
 * Reads one reference: a URL, a data URL, an id, or OpenAI's objects (`{image_url}`, `{image_url: {url}}`,
 * `{file_id}`). Throws `reference_unusable` (reason `bad_reference`).
 */
export function toSource(
  value: unknown,
  param: string,
  index: number,
  context: TranslationContext,
): ReferenceSource {
  const text = textOf(value)?.trim();
  const received = text === undefined ? undefined : context.inlineFiles[inlineIndexOf(text) ?? -1];
  if (received !== undefined && "error" in received) throw atPlace(received.error, param, index);
  if (received !== undefined) return { from: "form", file: received.file };
  const source = text === undefined ? undefined : parseText(text, context.ownBase);
  if (source !== undefined) return source;
  throw atPlace(
    unusable("bad_reference", `${param} holds something that is no reference.`),
    param,
    index,
  );
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return undefined;
  for (const key of ["file_id", "image_url", "video_url", "audio_url", "url"]) {
    const found = value[key];
    if (typeof found === "string" && found !== "") return found;
    if (isRecord(found)) return textOf(found);
  }
  return undefined;
}

function parseText(text: string, ownBase: string): ReferenceSource | undefined {
  if (/^file_[\w-]+$/.test(text)) return { from: "file", id: text };
  if (/^asset_[\w-]+$/.test(text)) return { from: "asset", id: text };
  const [, job, number = "1"] = /^(job_[\w-]+)(?:#([1-9]\d{0,2}))?$/.exec(text) ?? [];
  if (job !== undefined) return { from: "job", id: job, number: Number(number) };
  if (/^data:/i.test(text)) return { from: "data", text };
  if (!/^https?:\/\//i.test(text)) return undefined;
  // A result's own address leads back to this gateway, mostly on loopback: it is read from the disk instead.
  const own = text.startsWith(`${ownBase}/v1/assets/`)
    ? /\/v1\/assets\/(asset_[\w-]+)(?:\.\w+)?(?:\?|$)/.exec(text)?.[1]
    : undefined;
  return own === undefined ? { from: "url", url: text } : { from: "asset", id: own };
}

function refuseSecond(
  references: readonly SubmissionReference[],
  property: ReferencePlace["property"],
  param: string,
  which: string,
): void {
  if (references.filter(({ place }) => place.property === property).length < 2) return;
  throw new JimengError("invalid_request", `More than one ${which} frame is given.`, {
    param,
    fix: "Keep one of them; more pictures go into subjects, frames or references.",
  });
}

// A file that is silently left out is a paid picture of the wrong thing.
function refuseUnknownParts(parts: readonly FormFile[], known: readonly string[]): void {
  const stray = parts.find(({ field }) => !known.includes(field));
  if (stray === undefined) return;
  throw new JimengError("invalid_request", `Files in the field "${stray.field}" are not taken.`, {
    param: stray.field,
    fix: `Use one of the fields ${known.join(", ")}.`,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
