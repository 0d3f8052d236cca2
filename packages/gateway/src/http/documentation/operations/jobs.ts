// The documentation of the native routes of jobs.

import type { OperationTexts } from "../operation-text.ts";
import { samples } from "../fields.ts";

const bodies = {
  picture: { kind: "image", prompt: "a lighthouse", ratio: "16:9", resolution: "2k", count: 2 },
  video: { kind: "video", model: "jimeng-video-3.0", prompt: "waves", duration_seconds: 5 },
  tool: { kind: "image", tool: "hd", image: samples.asset },
  music: { kind: "audio", tool: "music", prompt: "slow piano by the sea" },
};

/** Jobs, batches, estimates. */
export const jobTexts: OperationTexts = {
  "POST /v1/jobs": {
    id: "createJob",
    description:
      "Makes a job of any kind in our own field names, several where one start cannot make everything.",
    bodies,
    failures: ["making"],
  },
  "GET /v1/jobs": {
    id: "listJobs",
    description: "Lists jobs by status, kind, account, key and time, page by page.",
  },
  "GET /v1/jobs/{id}": { id: "retrieveJob", description: "Tells how a job goes, and its results." },
  "GET /v1/jobs/{id}/events": {
    id: "followJob",
    description: "Server-sent events of one job; `Last-Event-ID` goes on where a connection broke.",
    contentTypes: { "200": ["text/event-stream"] },
  },
  "POST /v1/jobs/{id}/cancel": {
    id: "cancelJob",
    description:
      "Cancels: free before the start; afterwards the site is asked, and its record decides.",
    failures: ["state"],
  },
  "POST /v1/jobs/{id}/retry": {
    id: "retryJob",
    description: "Repeats the request of an ended job as a new job.",
    bodies: { typical: {}, forced: { force: true } },
    failures: ["making", "state"],
  },
  "POST /v1/jobs/{id}/recheck": {
    id: "recheckJob",
    description: "Looks again for the result of a job that ended without one that may still come.",
    failures: ["state"],
  },
  "POST /v1/estimate": {
    id: "estimateJob",
    description:
      "Tells what the body of a POST /v1/jobs would make and cost, and what the model takes; JSONL or an array is answered as a batch. Starts nothing.",
    bodies,
    rawTypes: ["application/x-ndjson", "application/jsonl", "text/plain"],
    failures: ["making"],
  },
};
