// A call of generateImage as the body of the gateway's image routes.

import type { ImageModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider";
import type { ImageBodyInput } from "@jimeng/gateway/api";

import { toSubmissionFields } from "../options/provider-options.ts";
import type { JimengImageOptions } from "../options/provider-options.ts";
import { toReference } from "../references.ts";
import { unsupported } from "../warnings.ts";

/** What is sent for a call. */
export interface ImageRequest {
  body: ImageBodyInput;
  /** True for a picture made from pictures, which has a route of its own. */
  isEdit: boolean;
  warnings: SharedV4Warning[];
}

/** Translates a call. */
export function toImageRequest(
  model: string,
  call: ImageModelV4CallOptions,
  options: JimengImageOptions,
): ImageRequest {
  const image = [...(call.files ?? []).map(toReference), ...(options.references ?? [])];
  const warnings =
    call.mask === undefined
      ? []
      : [unsupported("mask", "No model takes a mask: say in the prompt what should change.")];
  const body = {
    model,
    prompt: call.prompt ?? "",
    n: call.n,
    size: call.size,
    ratio: call.aspectRatio ?? options.ratio,
    seed: call.seed,
    resolution: options.resolution,
    negative_prompt: options.negativePrompt,
    sample_strength: options.sampleStrength,
    reference_strength: options.referenceStrength,
    intelligent_ratio: options.intelligentRatio,
    sequence: options.sequence,
    webhook_url: options.webhookUrl,
    // The pictures are downloaded one by one: in one JSON text they would all have to come at once.
    response_format: "url" as const,
    ...(image.length === 0 ? {} : { image }),
    ...toSubmissionFields(options),
  };
  return { body, isEdit: image.length > 0, warnings };
}
