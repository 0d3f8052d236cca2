// The handles of files that are not uploaded yet, as stored requests contain them: `jimeng-file:<file id>`.

import type {
  MediaReference,
  PreparedRequest,
  PreparedToolRequest,
  UploadedAudio,
  UploadedImage,
  UploadedVideo,
  VideoFrame,
} from "@jimeng/sdk";

type Handle = UploadedImage | UploadedVideo | UploadedAudio;

/** One reference of a request: its file, and its index among all references of the request, from 0. */
export interface FileReference {
  fileId: string;
  /** The property of the request that contains it. */
  param: string;
  index: number;
  /** What was given with it, where it is one of a video's frames. */
  frame?: Omit<VideoFrame, "image">;
}

const prefix = "jimeng-file:";
const pattern = /"jimeng-file:([\w-]+)"/g;

/** Returns the handle that represents a file until it is uploaded. */
export function toFileHandle(fileId: string): string {
  return `${prefix}${fileId}`;
}

/** Returns the file's id from a handle; undefined for a handle of the upstream. */
export function fileIdOf(handle: string): string | undefined {
  return handle.startsWith(prefix) ? handle.slice(prefix.length) : undefined;
}

/** Returns the ids of all files to which a stored request refers; a prompt that reads like a handle is a prompt. */
export function fileIdsIn(json: string): string[] {
  try {
    return fileReferences(JSON.parse(json) as PreparedRequest).map(({ fileId }) => fileId);
  } catch {
    // A row that cannot be read keeps every file that it may mean.
    return [...json.matchAll(pattern)].map(([, id = ""]) => id);
  }
}

/** Returns the references of a request that are files of ours, in their order; a file may occur twice. */
export function fileReferences(request: PreparedRequest): FileReference[] {
  const found: FileReference[] = [];
  let index = 0;
  replaceHandles(request, (handle, param, frame) => {
    const fileId = fileIdOf(textOf(handle));
    if (fileId !== undefined) {
      const { image: _image, ...given } = frame ?? {};
      found.push({ fileId, param, index, ...(frame === undefined ? {} : { frame: given }) });
    }
    index += 1;
    return handle;
  });
  return found;
}

/** A reference of a request, with its place. */
export interface PlacedHandle extends Pick<FileReference, "param" | "index"> {
  handle: MediaReference;
}

/** Returns every reference of a request, in their order. */
export function placedHandles(request: PreparedRequest): PlacedHandle[] {
  const found: PlacedHandle[] = [];
  replaceHandles(request, (handle, param) => {
    found.push({ handle, param, index: found.length });
    return handle;
  });
  return found;
}

/** Returns the request with every file's handle replaced by the upstream's. Throws when one is missing. */
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

// Facts that the upstream did not tell are taken from our own reading of the file.
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

/** Replaces every reference in a fixed order: first and last frame, subjects, frames, references. */
function replaceHandles(
  request: PreparedRequest,
  replace: (handle: Handle, param: string, frame?: VideoFrame) => Handle,
): PreparedRequest {
  const image = (param: string) => (handle: UploadedImage) =>
    replace(handle, param) as UploadedImage;
  if (request.tool !== undefined) return replaceOfTool(request, replace);
  if (request.kind === "image") {
    const { references } = request;
    if (references === undefined) return request;
    return { ...request, references: references.map(image("references")) };
  }
  const { firstFrame, lastFrame, subjects, frames, references } = request;
  const frame = (each: VideoFrame): VideoFrame => ({
    ...each,
    image: replace(each.image, "frames", each) as UploadedImage,
  });
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

function replaceOfTool(
  request: PreparedToolRequest,
  replace: (handle: Handle, param: string) => Handle,
): PreparedToolRequest {
  if (request.kind === "image" && request.image !== undefined) {
    return { ...request, image: replace(request.image, "image") as UploadedImage };
  }
  if (request.kind === "video" && request.video !== undefined) {
    return { ...request, video: replace(request.video, "video") as UploadedVideo };
  }
  return request;
}
