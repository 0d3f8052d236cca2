// The fields of the tools' bodies, by route and by tool of `POST /v1/jobs`.

import { imageToolJobSchema, interpolateBodySchema, musicBodySchema } from "../api/tools.ts";
import { musicJobSchema, outpaintBodySchema, refineBodySchema } from "../api/tools.ts";
import { upscaleBodySchema, videoToolJobSchema } from "../api/tools.ts";
import { misplacedFields } from "./body-fields.ts";
import type { BodyFields } from "./normalize-body.ts";
import { imageReferenceFields, videoSourceFields } from "./reference-fields.ts";
import { ignoredMusicFields, ignoredToolFields } from "./tool-request.ts";

interface Schema {
  shape: Readonly<Record<string, unknown>>;
}

function pictureFields({ shape }: Schema, names: BodyFields["names"]): BodyFields {
  return {
    kind: "image",
    known: new Set([...Object.keys(shape), ...imageReferenceFields, ...misplacedFields.image]),
    ignored: new Set(ignoredToolFields),
    names: { prompt: "prompt", outputFormat: "output_format", image: "image", ...names },
  };
}

function videoFields({ shape }: Schema, names: BodyFields["names"]): BodyFields {
  return {
    kind: "video",
    known: new Set([...Object.keys(shape), ...videoSourceFields]),
    ignored: new Set(ignoredToolFields),
    names: { prompt: "prompt", outputFormat: "output_format", ...names },
    materialFix: 'Give the video in "video": a URL, a file id, an asset id, a job id or a file.',
  };
}

function musicFields({ shape }: Schema, names: BodyFields["names"]): BodyFields {
  return {
    kind: "video",
    known: new Set(Object.keys(shape)),
    ignored: new Set(ignoredMusicFields),
    names: { prompt: "prompt", ...names },
    materialFix: "Music is made from words alone: leave it out.",
  };
}

/** The fields of `POST /v1/images/upscale`. */
export const upscaleFields = pictureFields(upscaleBodySchema, {
  count: "n",
  resolution: "resolution",
});

/** The fields of `POST /v1/images/outpaint`. */
export const outpaintFields = pictureFields(outpaintBodySchema, { count: "n", ratio: "ratio" });

/** The fields of `POST /v1/images/refine`. */
export const refineFields = pictureFields(refineBodySchema, { count: "n" });

/** The fields of `POST /v1/videos/interpolate`. */
export const interpolateFields = videoFields(interpolateBodySchema, { count: "n" });

/** The fields of `POST /v1/audio/music`. */
export const musicRouteFields = musicFields(musicBodySchema, { count: "n", duration: "duration" });

/** The fields of a tool's body in `POST /v1/jobs`, by the kind that it makes. */
export const toolJobFields: Readonly<Record<string, BodyFields>> = {
  image: pictureFields(imageToolJobSchema, {
    count: "count",
    resolution: "resolution",
    ratio: "ratio",
  }),
  video: videoFields(videoToolJobSchema, {}),
  audio: musicFields(musicJobSchema, { duration: "duration_seconds" }),
};
