// The limits of reference files: the largest picture, video and sound, and how an error names the limit that was passed.

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import type { ReferenceKind } from "./inspect.ts";

/** The largest file of each kind in MB of 2^20 bytes (JIMENG_MAX_IMAGE_UPLOAD_MB and its siblings). */
export type UploadMegabytes = Readonly<Record<ReferenceKind, number>>;

/** The bytes of one MB in the settings and messages of uploads. */
export const bytesPerMegabyte = 1024 * 1024;

const kindWords: Readonly<Record<ReferenceKind, string>> = {
  image: "picture",
  video: "video",
  audio: "sound",
};
const settingOf: Readonly<Record<ReferenceKind, string>> = {
  image: "JIMENG_MAX_IMAGE_UPLOAD_MB",
  video: "JIMENG_MAX_VIDEO_UPLOAD_MB",
  audio: "JIMENG_MAX_AUDIO_UPLOAD_MB",
};
const allSettings = Object.values(settingOf).join(", ");

/** Returns the largest file in bytes: of a kind, or of any kind while it is not known. */
export function limitOf(megabytes: UploadMegabytes, kind?: ReferenceKind): number {
  const { image, video, audio } = megabytes;
  const limit = kind === undefined ? Math.max(image, video, audio) : megabytes[kind];
  return limit * bytesPerMegabyte;
}

// How many of the largest pictures, or else videos, one request has room for. An omni reference takes three videos.
const picturesPerRequest = 10;
const videosPerRequest = 3;

/** Returns how many bytes all references of a request may have together. */
export function requestLimitOf(megabytes: UploadMegabytes): number {
  return Math.max(
    picturesPerRequest * limitOf(megabytes, "image"),
    videosPerRequest * limitOf(megabytes, "video"),
  );
}

/** Returns the error (413) for a file that is larger than its kind may be, or than any kind may be. */
export function tooLarge(megabytes: UploadMegabytes, kind?: ReferenceKind): ExpectedError {
  const limit = toMegabytes(limitOf(megabytes, kind));
  if (kind === undefined) {
    return refusal(
      `The file is larger than ${limit} MB, more than any picture, video or sound may have.`,
      `Give a smaller file, or raise the limit of its kind (${allSettings}).`,
    );
  }
  const word = kindWords[kind];
  return refusal(
    `The ${word} is larger than ${limit} MB (${settingOf[kind]}).`,
    `Give a smaller ${word}, or raise ${settingOf[kind]}.`,
  );
}

/** Returns the error (413) for references that are too large together. */
export function tooLargeTogether(megabytes: UploadMegabytes): ExpectedError {
  const limit = toMegabytes(requestLimitOf(megabytes));
  return refusal(
    `The references of the request are larger than ${limit} MB together.`,
    `Send fewer files, or upload them one by one first (POST /v1/files), or raise ${settingOf.image} or ${settingOf.video}.`,
  );
}

function refusal(message: string, fix: string): ExpectedError {
  return new ServiceError("payload_too_large", message, {
    reason: "too_large",
    fix,
    charged: "no",
  });
}

function toMegabytes(bytes: number): number {
  return Math.floor(bytes / bytesPerMegabyte);
}
