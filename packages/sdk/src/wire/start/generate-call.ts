// Builds the call of a paid start.

import type { Model } from "../../models/model.ts";
import type { Settings } from "../../options.ts";
import type { PreparedRequest } from "../../requests.ts";
import { buildGenerateBody } from "../drafts/draft.ts";
import type { DraftInput } from "../drafts/parts.ts";
import type { Call } from "../transport/transport.ts";

const generatePath = "/mweb/v1/aigc_draft/generate";

/** Builds the call of a paid start (generate.md). */
export function generateCall(
  request: PreparedRequest,
  model: Model | undefined,
  submitId: string,
  settings: Settings,
  more: Pick<DraftInput, "continues" | "source"> = {},
): Call {
  return {
    host: "mweb",
    path: generatePath,
    query: { web_component_open_flag: "1", commerce_with_input_video: "1" },
    body: buildGenerateBody(request, {
      model,
      region: settings.region.id,
      submitId,
      aid: settings.region.aid,
      draftVersion: settings.versions.draftVersion,
      now: settings.clock.now(),
      ...more,
    }),
    paid: true,
  };
}
