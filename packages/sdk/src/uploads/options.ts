// The options of an upload.

import type { NamesOf } from "../known-names.ts";

/** Default maximum size of an upload in bytes (as the image routes of other gateways allow). */
export const defaultMaxUploadBytes = 50 * 1024 * 1024;

/** Options of an upload. */
export interface UploadOptions {
  /** `image` by default. */
  kind?: "image" | "video" | "audio";
  /** Name that the site shows for videos and sounds; default the path's last part, else empty. */
  name?: string;
  /** Whether the site's content check is asked about a picture before it is used (cn only); default false. */
  contentCheck?: boolean;
  /** Maximum size in bytes; default 50 MiB. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** The names of all options of an upload. */
export const uploadOptionNames = {
  kind: true,
  name: true,
  contentCheck: true,
  maxBytes: true,
  signal: true,
} satisfies NamesOf<UploadOptions>;
