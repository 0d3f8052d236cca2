// The options of the check of a request.

import type { Model } from "../models/model.ts";
import type { Region } from "../operation.ts";

/** What `prepareRequest` may be told. */
export interface PrepareOptions {
  /** Refuses models that this region does not offer; default no check. */
  region?: Region;
  /** The longest prompt in characters; default 4000. */
  maxPromptLength?: number;
  /** Gives numbers from 0 up to 1, for the seed; default Math.random. */
  random?: () => number;
  /** Replaces the built-in models, e.g. by the account's live list. */
  models?: readonly Model[];
}
