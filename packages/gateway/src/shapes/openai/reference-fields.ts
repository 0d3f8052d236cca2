// Reading references out of request bodies: OpenAI's fields, and those that existing clients send. Pure.

import { JimengError } from "@jimeng/sdk";
import type { MediaReference, UploadedImage, VideoFrame, VideoRequest } from "@jimeng/sdk";

import type { ReferenceKind } from "../../references/inspect.ts";
import { unusable, atPlace } from "../../references/errors.ts";
import { inlineIndexOf } from "../../references/incoming-files.ts";
import type { FormFile, InlineFile } from "../../references/incoming-files.ts";
import type { ReferenceSource, WantedReference } from "../../references/references.ts";

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

type Body = Record<string, unknown>;

/** What came with a request besides its fields' words. */
export interface IncomingReferences {
  /** The files of a form. */
  parts: readonly FormFile[];
  /** The long data URLs of a JSON body. */
  strings: readonly InlineFile[];
  /** The base of this gateway's URLs as the caller sees them. */
  ownBase: string;
}

const pictures: readonly ReferenceKind[] = ["image"];
const materials: readonly ReferenceKind[] = ["image", "video", "audio"];

/** What the references of a video are for; each list holds positions in `wanted`. */
export interface VideoReferences {
  wanted: WantedReference[];
  firstFrame: number | undefined;
  lastFrame: number | undefined;
  subjects: number[];
  frames: { at: number; seconds: number | undefined; prompt: string | undefined }[];
  references: number[];
}

/** Finds the pictures that an image request works from: those of the form first, then those of the body. */
export function toImageReferences(body: Body, incoming: IncomingReferences): WantedReference[] {
  const wanted: WantedReference[] = [];
  for (const field of imageReferenceFields) {
    for (const source of sourcesOf(field, body, incoming, wanted.length)) {
      wanted.push({ source, param: field, kinds: pictures });
    }
  }
  refuseUnknownParts(incoming.parts, imageReferenceFields);
  return wanted;
}

/** Finds the references of a video request. Throws `invalid_request` where two fields mean one thing. */
export function toVideoReferences(body: Body, incoming: IncomingReferences): VideoReferences {
  refuseUnknownParts(incoming.parts, videoReferenceFields);
  const wanted: WantedReference[] = [];
  const add = (source: ReferenceSource, param: string, kinds = pictures): number =>
    wanted.push({ source, param, kinds }) - 1;
  const read = (field: string) => sourcesOf(field, body, incoming, wanted.length);
  const addAll = (fields: readonly string[], kinds = pictures): number[] =>
    fields.flatMap((field) => read(field).map((source) => add(source, field, kinds)));
  const firsts = addAll(firstFrameFields);
  const lasts = addAll(lastFrameFields);
  for (const field of pathFields) {
    for (const source of read(field)) {
      (firsts.length === 0 ? firsts : lasts).push(add(source, field));
    }
  }
  refuseSecond(firsts, "input_reference", "first");
  refuseSecond(lasts, "last_frame", "last");
  return {
    wanted,
    firstFrame: firsts[0],
    lastFrame: lasts[0],
    subjects: addAll(["subjects"]),
    frames: framesOf(body).map((frame, index) => ({
      at: add(toSource(frame.picture, "frames", index, incoming), "frames"),
      seconds: frame.seconds,
      prompt: frame.prompt,
    })),
    references: addAll(materialFields, materials),
  };
}

/** Puts the handles of gathered references, in the order they were wanted, where the request has them. */
export function fillVideoRequest(
  request: VideoRequest,
  roles: VideoReferences,
  handles: readonly MediaReference[],
): VideoRequest {
  const picture = (at: number): UploadedImage => {
    const handle = handles[at];
    if (handle === undefined || !("imageUri" in handle)) throw new Error("a picture is missing");
    return handle;
  };
  const { firstFrame, lastFrame, subjects, frames, references } = roles;
  const filled: VideoRequest = { ...request };
  if (firstFrame !== undefined) filled.firstFrame = picture(firstFrame);
  if (lastFrame !== undefined) filled.lastFrame = picture(lastFrame);
  if (subjects.length > 0) filled.subjects = subjects.map(picture);
  if (frames.length > 0) filled.frames = frames.map((frame) => toFrame(frame, picture));
  if (references.length > 0) filled.references = references.flatMap((at) => handles[at] ?? []);
  return filled;
}

function toFrame(
  { at, seconds, prompt }: VideoReferences["frames"][number],
  picture: (at: number) => UploadedImage,
): VideoFrame {
  return {
    image: picture(at),
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(prompt === undefined ? {} : { prompt }),
  };
}

function sourcesOf(
  field: string,
  body: Body,
  incoming: IncomingReferences,
  from: number,
): ReferenceSource[] {
  const own = incoming.parts.filter((part) => part.field === field);
  const values = listOf(body[field]);
  return [
    ...own.map(({ file }): ReferenceSource => ({ from: "form", file })),
    ...values.map((value, index) => toSource(value, field, from + own.length + index, incoming)),
  ];
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}

interface Frame {
  picture: unknown;
  seconds: number | undefined;
  prompt: string | undefined;
}

function framesOf(body: Body): Frame[] {
  return listOf(body["frames"]).map((value) => {
    if (!isRecord(value)) return { picture: value, seconds: undefined, prompt: undefined };
    const { image, seconds, prompt, ...rest } = value;
    return {
      picture: image ?? rest,
      seconds: typeof seconds === "number" ? seconds : undefined,
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
  incoming: IncomingReferences,
): ReferenceSource {
  const text = textOf(value)?.trim();
  const received = text === undefined ? undefined : incoming.strings[inlineIndexOf(text) ?? -1];
  if (received !== undefined && "error" in received) throw atPlace(received.error, param, index);
  if (received !== undefined) return { from: "form", file: received.file };
  const source = text === undefined ? undefined : parseText(text, incoming.ownBase);
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
  if (/^data:/i.test(text)) return { from: "data", text };
  if (!/^https?:\/\//i.test(text)) return undefined;
  // A result's own address leads back to this gateway, mostly on loopback: it is read from the disk instead.
  const own = text.startsWith(`${ownBase}/v1/assets/`)
    ? /\/v1\/assets\/(asset_[\w-]+)(?:\?|$)/.exec(text)?.[1]
    : undefined;
  return own === undefined ? { from: "url", url: text } : { from: "asset", id: own };
}

function refuseSecond(found: number[], param: string, which: string): void {
  if (found.length < 2) return;
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
