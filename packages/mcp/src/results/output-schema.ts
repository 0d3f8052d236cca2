// The shape of the structured part of every answer about jobs, as tools/list tells it.

/** A JSON schema of an object. */
export interface OutputSchema {
  type: "object";
  properties: Record<string, unknown>;
  required: readonly string[];
}

const text = { type: "string" };
const number = { type: "number" };
const numberOrNull = { type: ["number", "null"] };

/** The structured part of an answer about jobs. */
export const jobOutput: OutputSchema = {
  type: "object",
  properties: {
    job_id: text,
    status: {
      enum: [
        "queued",
        "in_progress",
        "completed",
        "failed",
        "cancelled",
        "needs_confirmation",
        "declined",
      ],
    },
    phase: { type: ["string", "null"] },
    progress: number,
    queue: { type: ["object", "null"] },
    model: text,
    joined: { type: "boolean" },
    assets: {
      type: "array",
      items: {
        type: "object",
        properties: {
          id: text,
          url: text,
          content_type: text,
          width: numberOrNull,
          height: numberOrNull,
          bytes: number,
          local_path: text,
        },
        required: ["id", "url", "content_type"],
      },
    },
    cost: { type: "object" },
    warnings: { type: "array", items: text },
    error: { type: "object" },
    confirm_token: text,
    next: {
      type: "object",
      properties: { tool: text, arguments: { type: "object" }, after_seconds: number },
    },
  },
  required: ["status"],
};
