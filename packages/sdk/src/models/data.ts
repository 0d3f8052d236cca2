// The records of the built-in models, pictures first.

import { imageModels } from "./data-images.ts";
import { videoModels } from "./data-videos.ts";
import type { Model } from "./model.ts";

export { passThroughImage } from "./data-images.ts";
export { passThroughVideo } from "./data-videos.ts";

/** Every built-in model, images first. */
export const builtInModels: readonly Model[] = [...imageModels, ...videoModels];
