// Builds the call that reads history records.

import type { Call } from "../transport/transport.ts";

const historyPath = "/mweb/v1/get_history_by_ids";

/** Maximum number of ids in one history request; the site itself sends fewer. */
export const maxHistoryIds = 50;

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
