// The documentation of the routes of uploaded files and of stored results.

import type { OperationTexts } from "../operation-text.ts";

const media = ["image/png", "image/jpeg", "image/webp", "video/mp4", "audio/mpeg"] as const;

/** Files and results. */
export const fileTexts: OperationTexts = {
  "POST /v1/files": {
    id: "uploadFile",
    description:
      "Keeps a reference for any number of requests: a form with the field `file`, or the bytes as the body.",
    formFiles: ["file"],
    rawTypes: ["image/*", "video/*", "audio/*", "application/octet-stream"],
    failures: ["state"],
  },
  "GET /v1/files": { id: "listFiles", description: "Lists uploaded files, page by page." },
  "GET /v1/files/{id}": { id: "retrieveFile", description: "Tells what an uploaded file is." },
  "GET /v1/files/{id}/content": {
    id: "downloadFile",
    description: "The bytes of an uploaded file, whole or in ranges.",
    contentTypes: { "200": media, "206": media },
  },
  "DELETE /v1/files/{id}": {
    id: "deleteFile",
    description: "Deletes an uploaded file that no unfinished job needs.",
    failures: ["state"],
  },
  "GET /v1/assets/{id}": {
    id: "downloadAsset",
    description:
      "The bytes of a result, whole or in ranges, with an ETag; any ending may follow the id. A picture is also converted and resized.",
    contentTypes: { "200": media, "206": media },
  },
};
