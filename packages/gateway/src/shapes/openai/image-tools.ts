// Translates the bodies of the routes of the picture tools into the domain request.

import type { ImageToolRequest, Warning } from "@jimeng/sdk";

import { outpaintBodySchema, refineBodySchema, upscaleBodySchema } from "../../api/tools.ts";
import type { OutpaintBody, RefineBody, UpscaleBody } from "../../api/tools.ts";
import type { TranslationContext } from "../context.ts";
import { toImageToolContent } from "../tool-request.ts";
import { refuseStreamInBackground, toWaitMs } from "./images.ts";
import type { ImageSubmission } from "./images.ts";
import { toPictureOutput } from "./output-format.ts";

/** Translates the body of an upscale: HD, or smart HD where its mode says so. */
export function toUpscaleSubmission(
  body: UpscaleBody,
  context: TranslationContext,
): ImageSubmission {
  const tool = body.mode === "smart" ? "smart_hd" : "hd";
  return toSubmission(tool, body, Object.keys(upscaleBodySchema.shape), context);
}

/** Translates the body of an outpaint. */
export function toOutpaintSubmission(
  body: OutpaintBody,
  context: TranslationContext,
): ImageSubmission {
  return toSubmission("outpaint", body, Object.keys(outpaintBodySchema.shape), context);
}

/** Translates the body of a refinement: detail fix. */
export function toRefineSubmission(body: RefineBody, context: TranslationContext): ImageSubmission {
  return toSubmission("detail_fix", body, Object.keys(refineBodySchema.shape), context);
}

function toSubmission(
  tool: ImageToolRequest["tool"],
  body: UpscaleBody | OutpaintBody | RefineBody,
  known: string[],
  context: TranslationContext,
): ImageSubmission {
  refuseStreamInBackground(body);
  const warnings: Warning[] = [];
  const output = toPictureOutput(body, warnings);
  const content = toImageToolContent(tool, body, { count: body.n, known }, context);
  return {
    content: { ...content, warnings: [...content.warnings, ...warnings] },
    responseFormat: body.response_format ?? null,
    output,
    respondAsync: body.background === true || body.wait === false,
    waitMs: toWaitMs(body.wait),
    streams: body.stream === true,
    isEdit: true,
  };
}
