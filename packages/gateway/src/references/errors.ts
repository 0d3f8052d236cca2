// The error of a reference that cannot be used, and its reasons. Nothing was paid when it is thrown.

import { JimengError } from "@jimeng/sdk";

/** Names why a reference cannot be used; stable and machine-readable. */
export type ReferenceReason =
  | "empty"
  | "truncated"
  | "unsupported_type"
  | "wrong_kind"
  | "too_large"
  | "bad_data_url"
  | "bad_reference"
  | "url_refused"
  | "unreachable"
  | "http_status"
  | "not_found"
  | "broken_off";

const fixes: Record<ReferenceReason, string> = {
  empty: "Give a file with something in it.",
  truncated: "Give the whole file: it ends before its own format says so.",
  unsupported_type:
    "Give a PNG, JPEG, WebP or GIF picture, an MP4 or MOV video, or an MP3, WAV or M4A sound.",
  wrong_kind: "Give a file of the kind that stands here.",
  too_large: "Give a smaller file, or raise JIMENG_MAX_UPLOAD_MB.",
  bad_data_url: "Write it as data:<type>;base64,<bytes>.",
  bad_reference:
    "Give an http or https URL, a data URL, or the id of an uploaded file (POST /v1/files).",
  url_refused: "Give a URL on a public address, or upload the file itself.",
  unreachable:
    "Check that the URL can be opened from where the gateway runs, or upload the file itself.",
  http_status:
    "Check that the URL leads to the file without signing in, or upload the file itself.",
  not_found: "Upload the file again (POST /v1/files) and use its new id.",
  broken_off: "Send the file again.",
};

/** Makes the error of an unusable reference. */
export function unusable(reason: ReferenceReason, message: string, cause?: unknown): JimengError {
  return new JimengError("reference_unusable", message, {
    reason,
    fix: fixes[reason],
    charged: "no",
    cause,
  });
}

/** Makes the 413 of a body that is larger than allowed. */
export function tooLarge(limitBytes: number): JimengError {
  const megabytes = Math.floor(limitBytes / bytesPerMegabyte);
  return new JimengError("payload_too_large", `The file is larger than ${megabytes} MB.`, {
    reason: "too_large",
    fix: fixes.too_large,
    charged: "no",
  });
}

/** What "MB" means in the settings and messages of uploads: 2 to the 20th. */
export const bytesPerMegabyte = 1024 * 1024;

/** Gives the same error with the place of the reference: its parameter and its index, from 0. */
export function atPlace(error: JimengError, param: string, index: number): JimengError {
  return new JimengError(error.code, error.message, {
    ...error.detail,
    param: error.detail.param ?? param,
    index,
    charged: "no",
    cause: error,
  });
}
