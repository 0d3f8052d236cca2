// Checks a video request, finds its mode and fills in its defaults.

import { refuseUnknownNames } from "../known-names.ts";
import { splitMentions } from "./mentions.ts";
import type { ReferenceKind } from "./mentions.ts";
import type { Model, ModelMode, ReferenceLimits } from "../models/model.ts";
import { checkText, checkUploaded, chooseSeed, chooseSize, invalid } from "./checks.ts";
import type { PrepareOptions } from "./options.ts";
import { frameNames } from "./request-names.ts";
import type { MediaReference, PreparedVideoRequest, VideoRequest, Warning } from "../requests.ts";

const defaultRatio = "16:9";

/** The upstream's limits per mode (generate.md). */
export const videoLimits = {
  subjects: 4,
  frames: { min: 2, max: 10 },
  frameSeconds: { min: 1, max: 6, default: 5 },
  /** Limits of an omni reference where the model has none of its own. */
  references: { total: 12, images: 9, videos: 3, audios: 3, videoSeconds: 15 } as ReferenceLimits,
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
  if (mode === "omni_reference") checkMaterials(request, model);
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
    refuseUnknownNames(frame, frameNames, "frames.");
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

function checkMaterials(request: VideoRequest, model: Model): void {
  const references = request.references ?? [];
  const kinds = references.map(kindOfReference);
  const limits = model.referenceLimits ?? videoLimits.references;
  const count = (kind: ReferenceKind): number => kinds.filter((each) => each === kind).length;
  if (
    count("image") > limits.images ||
    count("video") > limits.videos ||
    count("audio") > limits.audios ||
    kinds.length > limits.total
  ) {
    throw invalid(
      "references",
      `${model.id} takes at most ${limits.images} pictures, ${limits.videos} videos and ${limits.audios} sounds, ${limits.total} in all.`,
      "Give fewer.",
    );
  }
  for (const reference of references) {
    if ("imageUri" in reference) checkUploaded("references", reference);
    else checkSeconds(reference.durationMs / 1000, limits);
  }
  checkTogether("videos", secondsOf(references, "video"), limits.videoSeconds);
  checkTogether("sounds", secondsOf(references, "audio"), limits.audioSeconds);
  splitMentions(request.prompt, kinds);
}

/** Refuses a video or sound that is too short or too long; 0 seconds means that its length is unknown. */
function checkSeconds(seconds: number, { eachSeconds }: ReferenceLimits): void {
  if (eachSeconds === undefined || seconds === 0) return;
  const { min, max } = eachSeconds;
  if (seconds >= min && seconds <= max) return;
  throw invalid(
    "references",
    `A reference video or sound lasts ${min} to ${max} seconds, not ${seconds}.`,
    "Cut it, or choose another model.",
  );
}

function checkTogether(what: string, seconds: number, max: number | undefined): void {
  if (max === undefined || seconds <= max) return;
  throw invalid("references", `The ${what} together may last ${max} seconds.`, "Give less.");
}

/** Returns the seconds of all references of a kind together. */
export function secondsOf(references: readonly MediaReference[], kind: "video" | "audio"): number {
  const milliseconds = references.reduce(
    (sum, reference) =>
      "durationMs" in reference && kindOfReference(reference) === kind
        ? sum + reference.durationMs
        : sum,
    0,
  );
  return milliseconds / 1000;
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
