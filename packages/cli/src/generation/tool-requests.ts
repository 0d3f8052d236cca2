// Builds the bodies of the site's tools from the options of a command.

import { withoutAbsent } from "./requests.ts";

/** The options of every tool that shape its request. */
export interface ToolOptions {
  account?: string;
  /** The most credits that it may cost. */
  maxCredits?: number;
}

/** The options of `jimeng upscale`. */
export interface UpscaleOptions extends ToolOptions {
  mode: "hd" | "smart";
  resolution?: string;
  /** From 0 to 1: how much of the original is kept. */
  original?: number;
  /** From 0 to 1: how much detail is added. */
  detail?: number;
}

/** The options of `jimeng outpaint`; sides are shares of the picture. */
export interface OutpaintOptions extends ToolOptions {
  top?: number;
  bottom?: number;
  left?: number;
  right?: number;
  ratio?: string;
  count?: number;
}

/** The options of `jimeng music`. */
export interface MusicOptions extends ToolOptions {
  seconds?: number;
  title?: string;
  lyrics?: string;
  /** Undefined where neither `--vocals` nor `--no-vocals` is given. */
  vocals?: boolean;
  tag?: string[];
}

/** The options of `jimeng speak`. */
export interface SpeechOptions extends ToolOptions {
  /** The id or the title of a voice. */
  voice: string;
  /** As the site counts, 0 being usual. */
  rate?: number;
  pitch?: number;
}

/** Builds the body that enlarges a picture. */
export function buildUpscaleBody(image: string, options: UpscaleOptions) {
  return withoutAbsent({
    kind: "image" as const,
    tool: options.mode === "smart" ? ("smart_hd" as const) : ("hd" as const),
    image,
    resolution: options.resolution,
    original_strength: options.original,
    detail_strength: options.detail,
    ...sharedFields(options),
  });
}

/** Builds the body that extends a picture beyond its sides. */
export function buildOutpaintBody(image: string, options: OutpaintOptions) {
  return withoutAbsent({
    kind: "image" as const,
    tool: "outpaint" as const,
    image,
    top: options.top,
    bottom: options.bottom,
    left: options.left,
    right: options.right,
    ratio: options.ratio,
    count: options.count,
    ...sharedFields(options),
  });
}

/** Builds the body that repairs the details of a finished picture. */
export function buildRefineBody(image: string, options: ToolOptions) {
  return withoutAbsent({
    kind: "image" as const,
    tool: "detail_fix" as const,
    image,
    ...sharedFields(options),
  });
}

/** Builds the body that makes 60 frames a second of a video. */
export function buildInterpolationBody(video: string, options: ToolOptions) {
  return withoutAbsent({
    kind: "video" as const,
    tool: "frame_interpolation" as const,
    video,
    ...sharedFields(options),
  });
}

/** Builds the body that makes music. */
export function buildMusicBody(prompt: string, options: MusicOptions) {
  return withoutAbsent({
    kind: "audio" as const,
    tool: "music" as const,
    prompt,
    duration_seconds: options.seconds,
    title: options.title,
    lyrics: options.lyrics,
    vocals: options.vocals,
    tags: options.tag,
    ...sharedFields(options),
  });
}

/** Builds the body of `POST /v1/audio/speech`. */
export function buildSpeechBody(input: string, options: SpeechOptions) {
  return withoutAbsent({
    input,
    voice: options.voice,
    speech_rate: options.rate,
    pitch_rate: options.pitch,
    ...sharedFields(options),
  });
}

function sharedFields({ account, maxCredits }: ToolOptions) {
  return { account, max_credits: maxCredits };
}
