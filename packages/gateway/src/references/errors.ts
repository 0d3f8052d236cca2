// The errors of references that cannot be used. Nothing has been paid when they are thrown.

import { JimengError } from "@jimeng/sdk";

import type { KnownFormat, NamedFormat } from "../storage/inspection/formats.ts";
import type { ExpectedError } from "../errors.ts";

/** Why a reference cannot be used; stable and machine-readable. */
export type ReferenceReason =
  | "empty"
  | "truncated"
  | "unsupported_type"
  | "wrong_kind"
  | "too_many_pixels"
  | "too_long"
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
  too_many_pixels: "Give a smaller picture, or raise JIMENG_MAX_REFERENCE_MEGAPIXELS.",
  too_long: "Give a shorter file, or raise JIMENG_MAX_REFERENCE_SECONDS.",
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

const toJpegOrPng =
  "Convert it to JPEG or PNG first (any picture program, or: magick in.X out.png).";

// Formats that the site does not take: their names, and how to convert them.
const otherFormats: Partial<Record<KnownFormat | NamedFormat, { name: string; fix: string }>> = {
  heic: {
    name: "a HEIC picture, an iPhone's own format",
    fix: "Convert it to JPEG first; an iPhone makes JPEG with Settings > Camera > Formats > Most Compatible.",
  },
  avif: { name: "an AVIF picture", fix: toJpegOrPng.replace("X", "avif") },
  bmp: { name: "a BMP picture", fix: toJpegOrPng.replace("X", "bmp") },
  tiff: { name: "a TIFF picture", fix: toJpegOrPng.replace("X", "tiff") },
  jxl: { name: "a JPEG XL picture", fix: toJpegOrPng.replace("X", "jxl") },
  svg: { name: "an SVG drawing", fix: "Export it as PNG in the size that you want." },
  pdf: { name: "a PDF document", fix: "Export the page as PNG or JPEG." },
  html: {
    name: "a web page",
    fix: "Give the address of the picture itself, not of the page that shows it.",
  },
  webm: {
    name: "a WebM or Matroska video",
    fix: "Convert it to MP4 first, for example: ffmpeg -i in.webm out.mp4",
  },
  avi: {
    name: "an AVI video",
    fix: "Convert it to MP4 first, for example: ffmpeg -i in.avi out.mp4",
  },
  ogg: { name: "an Ogg sound", fix: "Convert it to MP3 or WAV first." },
  flac: { name: "a FLAC sound", fix: "Convert it to MP3 or WAV first." },
};

/** Returns the error for a file in a format that the site does not take; it names the format where it is known. */
export function unsupportedFormat(format: KnownFormat | NamedFormat | undefined): JimengError {
  const other = format === undefined ? undefined : otherFormats[format];
  const message =
    other === undefined
      ? "The file is no picture, video or sound that is known here."
      : `The file is ${other.name}, which the site does not take.`;
  const detail = { reason: "unsupported_type", charged: "no" } as const;
  const fix = other?.fix ?? fixes.unsupported_type;
  return new JimengError("reference_unusable", message, { ...detail, fix });
}

/** Returns the error for a reference that cannot be used. */
export function unusable(reason: ReferenceReason, message: string, cause?: unknown): ExpectedError {
  return new JimengError("reference_unusable", message, {
    reason,
    fix: fixes[reason],
    charged: "no",
    cause,
  });
}

/** Returns the error for a file whose sender stopped or went away. */
export function brokenOff(cause?: unknown): ExpectedError {
  return unusable("broken_off", "The file ended before all of it was there.", cause);
}

/** Returns the same error with the place of the reference: its parameter and its index, from 0. */
export function atPlace(error: ExpectedError, param: string, index: number): ExpectedError {
  // A full disk is no fault of the reference.
  if (error.code === "storage_unavailable") return error;
  return new JimengError(error.code, error.message, {
    ...error.detail,
    param: error.detail.param ?? param,
    index,
    charged: "no",
    cause: error,
  });
}
