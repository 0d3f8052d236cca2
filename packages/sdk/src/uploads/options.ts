// The options of an upload.

import type { NamesOf } from "../known-names.ts";

/** Default maximum size of a picture or sound in bytes (as the image routes of other gateways allow). */
export const defaultMaxUploadBytes = 50 * 1024 * 1024;
/** Default maximum size of a video in bytes: the largest that a model takes (models.md). */
export const defaultMaxVideoBytes = 200 * 1024 * 1024;
/** Size of every part of a video but the last one, which is shorter (multipart-upload.md [S]). */
export const partBytes = 5 * 1024 * 1024;

/** What is uploaded. */
export type UploadKind = "image" | "video" | "audio";

/** Options of an upload. */
export interface UploadOptions {
  /** `image` by default. */
  kind?: UploadKind;
  /** Name that the site shows for videos and sounds; default the path's last part, else empty. */
  name?: string;
  /** Whether the site's content check is asked about a picture before it is used (cn only); default false. */
  contentCheck?: boolean;
  /** Maximum size in bytes; default 50 MiB, for a video 200 MiB. */
  maxBytes?: number;
  /** CRC-32 of the bytes in eight hex digits, where it is known: a picture or sound is then read once, not twice. */
  crc32?: string;
  signal?: AbortSignal;
}

/** The names of all options of an upload. */
export const uploadOptionNames = {
  kind: true,
  name: true,
  contentCheck: true,
  maxBytes: true,
  crc32: true,
  signal: true,
} satisfies NamesOf<UploadOptions>;
