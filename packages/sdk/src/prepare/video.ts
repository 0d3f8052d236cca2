// Checks a video request, finds its mode and fills in its defaults.

import { splitMentions } from "./mentions.ts";
import type { ReferenceKind } from "./mentions.ts";
import type { Model, ModelMode } from "../models/model.ts";
import { checkText, checkUploaded, chooseSeed, chooseSize, invalid } from "./checks.ts";
import type { PrepareOptions } from "./options.ts";
import type { MediaReference, PreparedVideoRequest, VideoRequest, Warning } from "../requests.ts";

const defaultRatio = "16:9";

/** The upstream's limits per mode (generate.md). */
export const videoLimits = {
  subjects: 4,
  frames: { min: 2, max: 10 },
  frameSeconds: { min: 1, max: 6, default: 5 },
  images: 9,
  videos: 3,
  materials: 12,
  videoSeconds: 15,
} as const;

/** Returns the mode that a video request asks for. Throws `invalid_request` when it asks for two. */
export function videoModeOf(request: VideoRequest): ModelMode {
  const requested: [string, ModelMode][] = [];
  if (request.firstFrame !== undefined || request.lastFrame !== undefined) {
    requested.push([
      "firstFrame",
      request.lastFrame === undefined ? "first_frame" : "first_and_last_frame",
    ]);
  }
  if ((request.subjects ?? []).length > 0) requested.push(["subjects", "subject_reference"]);
  if ((request.frames ?? []).length > 0) requested.push(["frames", "multi_frame"]);
  if ((request.references ?? []).length > 0) requested.push(["references", "omni_reference"]);
  const [first, second] = requested;
  if (second !== undefined) {
    throw invalid(
      second[0],
      `${requested.map(([param]) => param).join(" and ")} exclude each other.`,
      "Keep one of them.",
    );
  }
  return first?.[1] ?? "text_to_video";
}

/** Returns the kind of a material. */
export function kindOfReference(reference: MediaReference): ReferenceKind {
  if ("imageUri" in reference) return "image";
  return "videoId" in reference ? "video" : "audio";
}

/** Checks a video request and fills in its defaults. */
export function prepareVideo(
  request: VideoRequest,
  model: Model,
  options: PrepareOptions,
  warnings: Warning[],
): PreparedVideoRequest {
  const mode = videoModeOf(request);
  checkMode(request, mode, model, options);
  const size = chooseSize(request, model, defaultRatio, warnings);
  if (
    (mode === "multi_frame" || mode === "subject_reference") &&
    size.resolution === "1080p" &&
    model.resolutions.length > 1
  ) {
    throw invalid("resolution", `${model.id} makes no 1080p in this mode.`, "Use 720p.");
  }
  if (mode === "first_frame" || mode === "first_and_last_frame") {
    const param = request.width === undefined ? "ratio" : "width";
    if (request[param] !== undefined && !isPrepared(request)) {
      const message = "The first frame decides the ratio of the video, not what was asked for.";
      warnings.push({ code: "ratio_ignored", param, message });
    }
  }
  const { width: _width, height: _height, ...rest } = request;
  return {
    ...rest,
    model: model.id,
    ratio: size.ratio,
    resolution: size.resolution,
    durationSeconds:
      mode === "multi_frame" ? framesDuration(request) : chooseDuration(request, model),
    seed: chooseSeed(request.seed, options.random),
  };
}

function isPrepared(request: VideoRequest): boolean {
  return (
    request.ratio !== undefined &&
    request.resolution !== undefined &&
    request.durationSeconds !== undefined &&
    request.seed !== undefined
  );
}

function checkMode(
  request: VideoRequest,
  mode: ModelMode,
  model: Model,
  options: PrepareOptions,
): void {
  if (request.lastFrame !== undefined && request.firstFrame === undefined) {
    throw invalid("lastFrame", "A last frame needs a first frame.", "Give firstFrame too.");
  }
  if (!model.modes.includes(mode)) {
    const param = modeParams[mode] ?? "model";
    throw invalid(
      param,
      `${model.id} takes no ${param}.`,
      "Leave it out, or choose another model.",
    );
  }
  if (request.firstFrame !== undefined) checkUploaded("firstFrame", request.firstFrame);
  if (request.lastFrame !== undefined) checkUploaded("lastFrame", request.lastFrame);
  if (mode === "subject_reference") checkSubjects(request);
  if (mode === "multi_frame") checkFrames(request, options);
  if (mode === "omni_reference") checkMaterials(request);
}

const modeParams: Readonly<Partial<Record<ModelMode, string>>> = {
  first_frame: "firstFrame",
  first_and_last_frame: "lastFrame",
  subject_reference: "subjects",
  multi_frame: "frames",
  omni_reference: "references",
};

function checkSubjects(request: VideoRequest): void {
  const subjects = request.subjects ?? [];
  if (subjects.length > videoLimits.subjects) {
    throw invalid(
      "subjects",
      `At most ${videoLimits.subjects} subjects can be kept.`,
      "Give fewer.",
    );
  }
  for (const subject of subjects) checkUploaded("subjects", subject);
  splitMentions(
    request.prompt,
    subjects.map(() => "image"),
  );
}

function checkFrames(request: VideoRequest, options: PrepareOptions): void {
  const frames = request.frames ?? [];
  const { min, max } = videoLimits.frames;
  if (frames.length < min || frames.length > max) {
    throw invalid(
      "frames",
      `A multi-frame video has ${min} to ${max} frames.`,
      "Give fewer or more.",
    );
  }
  const { min: minSeconds, max: maxSeconds } = videoLimits.frameSeconds;
  for (const frame of frames) {
    checkUploaded("frames", frame.image);
    if (frame.prompt !== undefined) checkText("frames", frame.prompt, options.maxPromptLength);
    const seconds = frame.durationSeconds ?? videoLimits.frameSeconds.default;
    if (!(seconds >= minSeconds && seconds <= maxSeconds)) {
      throw invalid(
        "frames",
        `A frame lasts ${minSeconds} to ${maxSeconds} seconds.`,
        "Correct it.",
      );
    }
  }
}

function checkMaterials(request: VideoRequest): void {
  const references = request.references ?? [];
  const kinds = references.map(kindOfReference);
  const count = (kind: ReferenceKind): number => kinds.filter((each) => each === kind).length;
  if (
    count("image") > videoLimits.images ||
    count("video") > videoLimits.videos ||
    kinds.length > videoLimits.materials
  ) {
    throw invalid(
      "references",
      `At most ${videoLimits.images} pictures, ${videoLimits.videos} videos, ${videoLimits.materials} in all.`,
      "Give fewer.",
    );
  }
  let videoMs = 0;
  for (const reference of references) {
    if ("imageUri" in reference) checkUploaded("references", reference);
    else if ("videoId" in reference) videoMs += reference.durationMs;
  }
  if (videoMs > videoLimits.videoSeconds * 1000) {
    throw invalid(
      "references",
      `The videos together may last ${videoLimits.videoSeconds} seconds.`,
      "Give less.",
    );
  }
  splitMentions(request.prompt, kinds);
}

function framesDuration(request: VideoRequest): number {
  return (request.frames ?? []).reduce(
    (sum, frame) => sum + (frame.durationSeconds ?? videoLimits.frameSeconds.default),
    0,
  );
}

function chooseDuration(request: VideoRequest, model: Model): number {
  const durationSeconds = request.durationSeconds ?? Math.min(...model.durationsSeconds);
  if (model.durationsSeconds.includes(durationSeconds)) return durationSeconds;
  throw invalid(
    "durationSeconds",
    `${model.id} cannot make a video of ${durationSeconds} seconds.`,
    `Use one of ${model.durationsSeconds.join(", ")}.`,
  );
}
