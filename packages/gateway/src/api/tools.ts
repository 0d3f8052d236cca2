// The bodies of the tools: upscale, outpaint, refine, interpolate, music.

import * as z from "zod";

import { promptSchema, referencesSchema, submissionFields } from "./generations.ts";
import { imageBodySchema } from "./images.ts";
import { wholeSecondsSchema } from "./videos.ts";

const { response_format, background, stream, wait, account, n } = imageBodySchema.shape;
const { output_format, output_compression } = imageBodySchema.shape;

const shareSchema = z.number().min(0).nullish();
const strengthSchema = z.number().min(0).max(1).nullish();

/** The fields of every picture tool that say what to work on and how to submit it. */
const sourceFields = {
  /** One picture: a URL, a data URL, the id of a file, a stored result or a job (`job_…#2`: its second picture). */
  image: referencesSchema,
  model: z.string().nullish(),
  account,
  ...submissionFields,
};
const smartFields = {
  resolution: z.string().nullish(),
  original_strength: strengthSchema,
  detail_strength: strengthSchema,
};
const sideFields = {
  /** How much is added at each side, in shares of the picture. */
  top: shareSchema,
  bottom: shareSchema,
  left: shareSchema,
  right: shareSchema,
  ratio: z.string().nullish(),
};
const answerFields = {
  n,
  response_format,
  output_format,
  output_compression,
  background,
  stream,
  wait,
};

/** The body of `POST /v1/images/upscale`; unknown keys are kept, to be warned about. */
export const upscaleBodySchema = z
  .looseObject({
    mode: z.enum(["hd", "smart"]).nullish(),
    ...sourceFields,
    ...smartFields,
    ...answerFields,
  })
  .meta({ id: "ImageUpscaleRequest" });

/** The body of `POST /v1/images/outpaint`. */
export const outpaintBodySchema = z
  .looseObject({ ...sourceFields, ...sideFields, ...answerFields })
  .meta({ id: "ImageOutpaintRequest" });

/** The body of `POST /v1/images/refine`. */
export const refineBodySchema = z
  .looseObject({ ...sourceFields, ...answerFields })
  .meta({ id: "ImageRefineRequest" });

const oneOnly = z.literal(1, { error: "must be 1: one call makes one result" }).nullish();

/** The body of `POST /v1/videos/interpolate`. */
export const interpolateBodySchema = z
  .looseObject({
    video: referencesSchema,
    video_url: referencesSchema,
    model: z.string().nullish(),
    n: oneOnly,
    account,
    ...submissionFields,
  })
  .meta({ id: "VideoInterpolateRequest" });

const songFields = {
  prompt: promptSchema,
  model: z.string().nullish(),
  title: z.string().nullish(),
  vocals: z.boolean().nullish(),
  lyrics: z.string().nullish(),
  tags: z
    .union([z.string().transform((tag) => [tag]), z.array(z.string())], {
      error: "must be a list of texts",
    })
    .nullish(),
  account,
  ...submissionFields,
};

/** The body of `POST /v1/audio/music`. */
export const musicBodySchema = z
  .looseObject({ ...songFields, n: oneOnly, duration: wholeSecondsSchema.nullish() })
  .meta({ id: "MusicRequest" });

/** The tools that work on a picture, as `POST /v1/jobs` names them. */
export const imageToolNames = ["hd", "smart_hd", "outpaint", "detail_fix"] as const;

/** The body of `POST /v1/jobs` for a picture tool. */
export const imageToolJobSchema = z.looseObject({
  kind: z.literal("image"),
  tool: z.enum(imageToolNames),
  ...sourceFields,
  ...smartFields,
  ...sideFields,
  count: n,
});

/** The body of `POST /v1/jobs` for a video tool. */
export const videoToolJobSchema = z.looseObject({
  kind: z.literal("video"),
  tool: z.literal("frame_interpolation"),
  ...interpolateBodySchema.omit({ n: true }).shape,
});

/** The body of `POST /v1/jobs` for music. */
export const musicJobSchema = z.looseObject({
  kind: z.literal("audio"),
  tool: z.literal("music"),
  ...songFields,
  duration_seconds: wholeSecondsSchema.nullish(),
});

export type UpscaleBody = z.output<typeof upscaleBodySchema>;
/** What a client may send to upscale a picture. */
export type UpscaleBodyInput = z.input<typeof upscaleBodySchema>;
export type OutpaintBody = z.output<typeof outpaintBodySchema>;
/** What a client may send to outpaint a picture. */
export type OutpaintBodyInput = z.input<typeof outpaintBodySchema>;
export type RefineBody = z.output<typeof refineBodySchema>;
/** What a client may send to have a picture's details repaired. */
export type RefineBodyInput = z.input<typeof refineBodySchema>;
/** What a client may send to interpolate a video's frames. */
export type InterpolateBodyInput = z.input<typeof interpolateBodySchema>;
/** What a client may send to make music. */
export type MusicBodyInput = z.input<typeof musicBodySchema>;
