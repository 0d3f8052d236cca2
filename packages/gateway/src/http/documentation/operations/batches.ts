// The documentation of the routes of batches.

import { samples } from "../fields.ts";
import type { OperationTexts } from "../operation-text.ts";

/** Batches. */
export const batchTexts: OperationTexts = {
  "POST /v1/jobs/batch": {
    id: "createJobBatch",
    description:
      "Takes JSONL of any size while it comes in, or a JSON array. A line is the body of a POST /v1/jobs, or OpenAI's `{custom_id, method, url, body}`. Lines that cannot be met are refused one by one, the others become jobs as the queue allows. The same Idempotency-Key with the same lines is the same batch, also after a broken upload.",
    rawTypes: ["application/x-ndjson", "application/jsonl", "text/plain"],
    failures: ["making"],
  },
  "POST /v1/batches": {
    id: "createBatch",
    description:
      "OpenAI's way: makes a batch of a file of JSONL that was uploaded with POST /v1/files. `endpoint` is the route of all its lines.",
    bodies: {
      pictures: {
        input_file_id: samples.file,
        endpoint: "/v1/images/generations",
        completion_window: "24h",
        max_credits: 500,
      },
    },
    failures: ["making"],
  },
  "GET /v1/batches": { id: "listBatches", description: "Lists batches, page by page." },
  "GET /v1/batches/{id}": {
    id: "retrieveBatch",
    description: "Tells how many lines of a batch stand where, and which were refused.",
  },
  "GET /v1/batches/{id}/results": {
    id: "readBatchResults",
    description:
      "Every line in its order with its jobs, as JSONL; `follow` waits for each line's end, with blank lines meanwhile.",
    contentTypes: { "200": ["application/x-ndjson"] },
  },
  "POST /v1/batches/{id}/cancel": {
    id: "cancelBatch",
    description: "Cancels the lines that were not started, unpaid; what runs goes on.",
    failures: ["state"],
  },
};
