// Builds the calls that start generations and read their history.

import type { Model } from "../models/model.ts";
import type { Settings } from "../options.ts";
import type { PreparedRequest } from "../requests.ts";
import { buildGenerateBody } from "./drafts/draft.ts";
import type { Call } from "./transport/transport.ts";

const generatePath = "/mweb/v1/aigc_draft/generate";
const historyPath = "/mweb/v1/get_history_by_ids";

/** Maximum number of ids in one history request; the site itself sends fewer. */
export const maxHistoryIds = 50;

/** Builds the call of a paid start (generate.md). */
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

/** Builds the call for records by history ids or by submit ids; the answer is keyed by the same ids (history.md [C]). */
export function historyCall(by: "history_ids" | "submit_ids", ids: readonly string[]): Call {
  return { host: "mweb", path: historyPath, body: { [by]: ids, image_info: imageInfo } };
}

const coverSides = [2400, 1080, 720, 480, 360] as const;

/** The image variants to be signed; `large_images` always holds the original [C]. */
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
