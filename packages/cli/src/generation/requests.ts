// Builds request bodies from the options of a command.

/** The options of `jimeng image` that shape the request. */
export interface ImageOptions {
  model: string;
  ratio?: string;
  resolution?: string;
  /** `WIDTHxHEIGHT` in pixels. */
  size?: string;
  count?: number;
  seed?: number;
  negative?: string;
  /** Pictures to work from: paths, URLs, or ids of uploaded files and stored results. */
  ref?: string[];
  account?: string;
  /** The most credits that it may cost. */
  maxCredits?: number;
}

/** One `--frame`. */
export type FrameOption = { image: string; seconds?: number; prompt?: string };

/** The options of `jimeng video` that shape the request. */
export interface VideoOptions {
  model: string;
  ratio?: string;
  resolution?: string;
  seconds?: number;
  seed?: number;
  /** Paths, URLs or ids, as for every reference. */
  first?: string;
  last?: string;
  subject?: string[];
  frame?: FrameOption[];
  ref?: string[];
  account?: string;
  /** The most credits that it may cost. */
  maxCredits?: number;
}

/** The model of `jimeng image` when none is named. */
export const defaultImageModel = "jimeng-4.0";

/** The model of `jimeng video` when none is named. */
export const defaultVideoModel = "jimeng-video-3.0";

/** Builds the body of `POST /v1/images/generations`; it asks for an answer at once, since the command waits itself. */
export function buildImageBody(prompt: string, options: ImageOptions) {
  return withoutAbsent({
    model: options.model,
    prompt,
    ratio: options.ratio,
    resolution: options.resolution,
    size: options.size,
    n: options.count,
    seed: options.seed,
    negative_prompt: options.negative,
    references: options.ref,
    account: options.account,
    max_credits: options.maxCredits,
    background: true as const,
  });
}

/** Builds the body of `POST /v1/videos`. */
export function buildVideoBody(prompt: string, options: VideoOptions) {
  return withoutAbsent({
    model: options.model,
    prompt,
    ratio: options.ratio,
    resolution: options.resolution,
    seconds: options.seconds,
    seed: options.seed,
    first_frame: options.first,
    last_frame: options.last,
    subjects: options.subject,
    frames: options.frame,
    references: options.ref,
    account: options.account,
    max_credits: options.maxCredits,
  });
}

/** Builds the body of `POST /v1/estimate` for what `jimeng image` would make; `pixels` is its `--size`. */
export function buildImageJobBody(
  prompt: string,
  options: ImageOptions,
  pixels: { width: number; height: number } | undefined,
) {
  return withoutAbsent({
    kind: "image" as const,
    model: options.model,
    prompt,
    ratio: options.ratio,
    resolution: options.resolution,
    ...pixels,
    // A job without a count makes the model's own number, and the command makes one.
    count: options.count ?? 1,
    seed: options.seed,
    negative_prompt: options.negative,
    references: options.ref,
    account: options.account,
    max_credits: options.maxCredits,
  });
}

/** Builds the body of `POST /v1/estimate` for what `jimeng video` would make. */
export function buildVideoJobBody(prompt: string, options: VideoOptions) {
  const { seconds, ...body } = buildVideoBody(prompt, options);
  return withoutAbsent({ kind: "video" as const, ...body, duration_seconds: seconds });
}

/** Returns a body without its fields that are undefined. */
export function withoutAbsent<T extends object>(body: T): T {
  const present = Object.entries(body).filter(([, value]) => value !== undefined);
  // The entries of `body` without the undefined ones.
  return Object.fromEntries(present) as T;
}
