// The documentation of the routes of events.

import type { OperationTexts } from "../operation-text.ts";

/** Events. */
export const eventTexts: OperationTexts = {
  "GET /v1/events": {
    id: "followEvents",
    description:
      "Server-sent events of everything that the caller may see. `Last-Event-ID` goes on after that event; where events since then are no longer kept, a `reset` event comes first. `types` narrows them: `job.completed,asset.*`.",
    contentTypes: { "200": ["text/event-stream"] },
  },
};
