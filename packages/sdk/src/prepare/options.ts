// The options of the preparation of a request.

import type { Model } from "../models/model.ts";
import type { Region } from "../operation.ts";

/** Options of `prepareRequest`. */
export interface PrepareOptions {
  /** The region that must offer the model; default no check. */
  region?: Region;
  /** Maximum length of a prompt in characters; default the model's own, 4000 where the site tells none. */
  maxPromptLength?: number;
  /** Source of numbers from 0 up to 1, for the seed; default Math.random. */
  random?: () => number;
  /** Other models than the built-in ones, e.g. the account's live list. */
  models?: readonly Model[];
}
