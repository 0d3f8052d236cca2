// The handles that stand in a stored request for files not uploaded yet: `jimeng-file:<file id>`.

import type {
  PreparedRequest,
  UploadedAudio,
  UploadedImage,
  UploadedVideo,
  VideoFrame,
} from "@jimeng/sdk";

type Handle = UploadedImage | UploadedVideo | UploadedAudio;

/** One reference of a request: the file behind it and its place among all of the request's, from 0. */
export interface FileReference {
  fileId: string;
  /** The property of the request that it stands in. */
  param: string;
  index: number;
}

const prefix = "jimeng-file:";
const pattern = /"jimeng-file:([\w-]+)"/g;

/** Makes the handle that stands for a file until it is uploaded. */
export function toFileHandle(fileId: string): string {
  return `${prefix}${fileId}`;
}

/** Reads the file's id out of a handle; undefined when it is the upstream's own. */
export function fileIdOf(handle: string): string | undefined {
  return handle.startsWith(prefix) ? handle.slice(prefix.length) : undefined;
}

/** Finds the ids of all files that a stored request's JSON refers to. */
export function fileIdsIn(json: string): string[] {
  return [...json.matchAll(pattern)].map(([, id = ""]) => id);
}

/** Gives the references of a request that are files of ours, in their order; a file may stand there twice. */
export function fileReferences(request: PreparedRequest): FileReference[] {
  const found: FileReference[] = [];
  let index = 0;
  replaceHandles(request, (handle, param) => {
    const fileId = fileIdOf(textOf(handle));
    if (fileId !== undefined) found.push({ fileId, param, index });
    index += 1;
    return handle;
  });
  return found;
}

/** Gives the request with the upstream's handle in place of every file's. Throws when one is missing. */
export function withHandles(
  request: PreparedRequest,
  handles: ReadonlyMap<string, Handle>,
): PreparedRequest {
  return replaceHandles(request, (handle) => {
    const fileId = fileIdOf(textOf(handle));
    if (fileId === undefined) return handle;
    const uploaded = handles.get(fileId);
    if (uploaded === undefined) throw new Error("a start was asked for before its uploads");
    return withFacts(uploaded, handle);
  });
}

// What the upstream did not say of a file, we know from reading it.
function withFacts(uploaded: Handle, known: Handle): Handle {
  if ("imageUri" in uploaded && "imageUri" in known) {
    return {
      imageUri: uploaded.imageUri,
      width: uploaded.width || known.width,
      height: uploaded.height || known.height,
      format: uploaded.format || known.format,
    };
  }
  if ("videoId" in uploaded && "videoId" in known) {
    return {
      videoId: uploaded.videoId,
      width: uploaded.width || known.width,
      height: uploaded.height || known.height,
      durationMs: uploaded.durationMs || known.durationMs,
      name: known.name,
    };
  }
  if ("audioId" in uploaded && "audioId" in known) {
    return {
      audioId: uploaded.audioId,
      durationMs: uploaded.durationMs || known.durationMs,
      name: known.name,
    };
  }
  throw new Error("a file was uploaded as another kind than it is used as");
}

function textOf(handle: Handle): string {
  if ("imageUri" in handle) return handle.imageUri;
  return "videoId" in handle ? handle.videoId : handle.audioId;
}

/** Walks every reference in a fixed order: first and last frame, subjects, frames, references. */
function replaceHandles(
  request: PreparedRequest,
  replace: (handle: Handle, param: string) => Handle,
): PreparedRequest {
  const image = (param: string) => (handle: UploadedImage) =>
    replace(handle, param) as UploadedImage;
  if (request.kind === "image") {
    const { references } = request;
    if (references === undefined) return request;
    return { ...request, references: references.map(image("references")) };
  }
  const { firstFrame, lastFrame, subjects, frames, references } = request;
  const frame = (each: VideoFrame): VideoFrame => ({ ...each, image: image("frames")(each.image) });
  return {
    ...request,
    ...(firstFrame === undefined ? {} : { firstFrame: image("firstFrame")(firstFrame) }),
    ...(lastFrame === undefined ? {} : { lastFrame: image("lastFrame")(lastFrame) }),
    ...(subjects === undefined ? {} : { subjects: subjects.map(image("subjects")) }),
    ...(frames === undefined ? {} : { frames: frames.map(frame) }),
    ...(references === undefined
      ? {}
      : { references: references.map((handle) => replace(handle, "references")) }),
  };
}
