// The paths and bodies of the calls about generations.

import type { Model } from "../models/model.ts";
import type { Settings } from "../options.ts";
import type { PreparedRequest } from "../requests.ts";
import { buildGenerateBody } from "./drafts/draft.ts";
import type { Call } from "./transport/transport.ts";

const generatePath = "/mweb/v1/aigc_draft/generate";
const historyPath = "/mweb/v1/get_history_by_ids";

/** How many ids one history request carries at most; the site itself asks for fewer. */
export const maxHistoryIds = 50;

/** Builds the paid start (generate.md). */
export function generateCall(
  request: PreparedRequest,
  model: Model,
  submitId: string,
  settings: Settings,
  continues?: string,
): Call {
  return {
    host: "mweb",
    path: generatePath,
    query: { web_component_open_flag: "1" },
    body: buildGenerateBody(request, {
      model,
      region: settings.region.id,
      submitId,
      aid: settings.region.aid,
      draftVersion: settings.versions.draftVersion,
      now: settings.clock.now(),
      continues,
    }),
    paid: true,
  };
}

/** Asks for records by history ids or by submit ids; the answer is keyed by what was asked (history.md [C]). */
export function historyCall(by: "history_ids" | "submit_ids", ids: readonly string[]): Call {
  return { host: "mweb", path: historyPath, body: { [by]: ids, image_info: imageInfo } };
}

const coverSides = [2400, 1080, 720, 480, 360] as const;

/** Names the image variants to be signed; the original comes in `large_images` whatever is asked [C]. */
const imageInfo = {
  width: 2048,
  height: 2048,
  format: "webp",
  image_scene_list: coverSides.map((side) => ({
    scene: "normal",
    width: side,
    height: side,
    uniq_key: String(side),
    format: "webp",
  })),
};
