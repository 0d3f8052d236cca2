// Builds the body of a paid start: the envelope around a draft.

import type { PreparedRequest } from "../../requests.ts";
import { buildImageParts } from "./image.ts";
import { laterVersion } from "./parts.ts";
import type { DraftInput } from "./parts.ts";
import { buildVideoParts } from "./video.ts";
import { createIdSource } from "./identity.ts";

const createdPlatformWeb = 3;
const continueAction = 2;

/** Builds the JSON body of `aigc_draft/generate`; the draft inside is a string (an object is refused, ret 1002). */
export function buildGenerateBody(
  request: PreparedRequest,
  input: DraftInput,
): Record<string, unknown> {
  const id = createIdSource(input.submitId);
  const draftId = id();
  const componentId = id();
  const parts =
    request.kind === "image"
      ? buildImageParts(request, input, id)
      : buildVideoParts(request, input, id);
  const draft = {
    type: "draft",
    id: draftId,
    min_version: parts.minVersion,
    min_features: parts.minFeatures,
    is_from_tsn: true,
    version: laterVersion(input.draftVersion, parts.minVersion),
    main_component_id: componentId,
    component_list: [
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
    extend: { root_model: parts.modelKey, ...parts.extend },
    submit_id: input.submitId,
    metrics_extra: parts.metricsExtra,
    draft_content: JSON.stringify(draft),
    http_common_info: { aid: input.aid },
    // The submit id stays the same: older, and captured in a working client (open question 15).
    ...(input.continues === undefined
      ? {}
      : { action: continueAction, history_id: input.continues }),
  };
}
