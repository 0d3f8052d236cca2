// Builds the body of a paid start: the envelope around a draft.

import type { Model } from "../../models/model.ts";
import type { PreparedRequest } from "../../requests.ts";
import { buildImageParts } from "./image.ts";
import { stringifyExactly } from "./exact-numbers.ts";
import { buildInterpolationParts } from "./frame-interpolation.ts";
import { buildMusicParts } from "./music.ts";
import { laterVersion } from "./parts.ts";
import type { DraftInput, DraftParts } from "./parts.ts";
import { buildPictureToolParts } from "./picture-tools.ts";
import { buildVideoParts } from "./video.ts";
import { createIdSource } from "./identity.ts";

const createdPlatformWeb = 3;
const continueAction = 2;

/** Builds the JSON body of `aigc_draft/generate`; the draft inside is a string (an object is refused, ret 1002). */
export function buildGenerateBody(
  request: PreparedRequest,
  input: Omit<DraftInput, "model"> & { model: Model | undefined },
): Record<string, unknown> {
  const id = createIdSource(input.submitId);
  const draftId = id();
  const componentId = id();
  const parts = buildParts(request, input, id);
  const draft = {
    type: "draft",
    id: draftId,
    min_version: parts.minVersion,
    min_features: parts.minFeatures,
    is_from_tsn: true,
    version: laterVersion(input.draftVersion, parts.minVersion),
    main_component_id: componentId,
    component_list: [
      ...(parts.parent === undefined ? [] : [parts.parent]),
      {
        id: componentId,
        aigc_mode: "workbench",
        metadata: {
          type: "",
          id: id(),
          created_platform: createdPlatformWeb,
          created_platform_version: "",
          created_time_in_ms: String(input.now),
          created_did: "",
        },
        ...parts.component,
      },
    ],
  };
  return {
    ...(parts.modelKey === undefined
      ? {}
      : { extend: { root_model: parts.modelKey, ...parts.extend } }),
    submit_id: input.submitId,
    metrics_extra: parts.metricsExtra,
    draft_content: stringifyExactly(draft, parts.numbers),
    http_common_info: { aid: input.aid },
    // The submit id stays the same: older, and captured in a working client (open question 15).
    ...(input.continues === undefined
      ? {}
      : { action: continueAction, history_id: input.continues }),
  };
}

function buildParts(
  request: PreparedRequest,
  input: Omit<DraftInput, "model"> & { model: Model | undefined },
  id: () => string,
): DraftParts {
  switch (request.tool) {
    case undefined: {
      const { model } = input;
      if (model === undefined) throw new Error("a draft of a model needs the model");
      return request.kind === "image"
        ? buildImageParts(request, { ...input, model }, id)
        : buildVideoParts(request, { ...input, model }, id);
    }
    case "frame_interpolation":
      return buildInterpolationParts(request, input, id);
    case "music":
      return buildMusicParts(request, input, id);
    case "speech":
      throw new Error("speech has no draft here");
    default:
      return buildPictureToolParts(request, input, id);
  }
}
