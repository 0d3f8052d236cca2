// Translates a kept reference file into OpenAI's File object with what it turned out to be.

import type { Warning } from "@jimeng/sdk";

import type { FileObject } from "../../api/files.ts";
import type { StoredFile } from "../../references/file-store.ts";
import { toUnixSeconds, toUnixSecondsOrNull } from "../values.ts";

/** Builds the public file. */
export function toFileObject(file: StoredFile, warnings: Warning[] = []): FileObject {
  const { kind, contentType, width, height, durationMs, sha256 } = file;
  return {
    id: file.id,
    object: "file",
    bytes: file.bytes,
    created_at: toUnixSeconds(file.createdAt),
    expires_at: toUnixSecondsOrNull(file.expiresAt),
    filename: file.name,
    purpose: file.purpose,
    status: "processed",
    jimeng: {
      kind,
      content_type: contentType,
      width,
      height,
      duration_seconds: durationMs === null ? null : durationMs / 1000,
      sha256,
      warnings,
    },
  };
}
