// Puts the handles of references into the requests that work from them.

import type {
  GenerationRequest,
  MediaReference,
  ToolRequest,
  UploadedImage,
  UploadedVideo,
  VideoFrame,
  VideoRequest,
} from "@jimeng/sdk";

import type { StoredFile } from "../references/file-store.ts";
import { toFileHandle } from "../references/file-handles.ts";
import type { SubmissionReference } from "./submission.ts";

/** A stand-in for a file that was not read yet, so that everything else is checked before anything is fetched. */
export const unreadImage: UploadedImage = {
  imageUri: toFileHandle("unread"),
  width: 0,
  height: 0,
  format: "",
};

/** Builds the handle of a picture, video or sound that is kept here and not uploaded yet. */
export function toHandle(file: StoredFile): MediaReference {
  const { id, kind, contentType, name } = file;
  const width = file.width ?? 0;
  const height = file.height ?? 0;
  const durationMs = file.durationMs ?? 0;
  if (kind === "image") {
    const format = contentType.split("/")[1] ?? "";
    return { imageUri: toFileHandle(id), width, height, format };
  }
  if (kind === "audio") return { audioId: toFileHandle(id), durationMs, name };
  return { videoId: toFileHandle(id), width, height, durationMs, name };
}

/** Returns the request with every reference's handle in its place; `handles` are in the references' order. */
export function placeReferences(
  request: GenerationRequest,
  references: readonly SubmissionReference[],
  handles: readonly MediaReference[],
): GenerationRequest {
  if (references.length === 0) return request;
  if (request.tool !== undefined) return placeOfTool(request, handles);
  if (request.kind === "image") return { ...request, references: handles.map(toImage) };
  const placed: VideoRequest = { ...request };
  for (const [index, { place }] of references.entries()) {
    const handle = handles[index];
    if (handle === undefined) throw new Error("A reference has no handle.");
    if (place.property === "references") {
      placed.references = [...(placed.references ?? []), handle];
    } else if (place.property === "subjects") {
      placed.subjects = [...(placed.subjects ?? []), toImage(handle)];
    } else if (place.property === "frames") {
      placed.frames = [...(placed.frames ?? []), toFrame(place, toImage(handle))];
    } else if (place.property === "firstFrame" || place.property === "lastFrame") {
      placed[place.property] = toImage(handle);
    }
  }
  return placed;
}

/** A stand-in for a video that was not read yet. */
export const unreadVideo: UploadedVideo = {
  videoId: toFileHandle("unread"),
  width: 0,
  height: 0,
  durationMs: 1,
  name: "",
};

function placeOfTool(request: ToolRequest, [handle]: readonly MediaReference[]): ToolRequest {
  if (handle === undefined) return request;
  if (request.kind === "image") return { ...request, image: toImage(handle) };
  if (request.kind !== "video") return request;
  return { ...request, video: "videoId" in handle ? handle : unreadVideo };
}

function toImage(handle: MediaReference): UploadedImage {
  if ("imageUri" in handle) return handle;
  throw new Error("A reference that must be a picture is none.");
}

function toFrame(
  { durationSeconds, prompt }: { durationSeconds?: number; prompt?: string },
  image: UploadedImage,
): VideoFrame {
  return {
    image,
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(prompt === undefined ? {} : { prompt }),
  };
}
