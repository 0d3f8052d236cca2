// The documentation of every route.

import type { OperationTexts } from "../operation-text.ts";
import { accountTexts } from "./accounts.ts";
import { audioTexts } from "./audio.ts";
import { eventTexts } from "./events.ts";
import { batchTexts } from "./batches.ts";
import { fileTexts } from "./files.ts";
import { imageTexts } from "./images.ts";
import { jobTexts } from "./jobs.ts";
import { keyTexts } from "./keys.ts";
import { serviceTexts } from "./service.ts";
import { videoTexts } from "./videos.ts";
import { webhookTexts } from "./webhooks.ts";

/** What the document says of each route beside its schemas. */
export const operationTexts: OperationTexts = {
  ...imageTexts,
  ...videoTexts,
  ...audioTexts,
  ...jobTexts,
  ...eventTexts,
  ...batchTexts,
  ...webhookTexts,
  ...fileTexts,
  ...accountTexts,
  ...keyTexts,
  ...serviceTexts,
};
