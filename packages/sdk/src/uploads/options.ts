// The options of an upload.

/** The largest upload in bytes (as the image routes of other gateways allow). */
export const defaultMaxUploadBytes = 50 * 1024 * 1024;

/** What an upload may be told. */
export interface UploadOptions {
  /** `image` by default. */
  kind?: "image" | "video" | "audio";
  /** Shown on the site for videos and sounds; default the path's last part, else empty. */
  name?: string;
  /** Asks the site's content check about a picture before it is used (cn only); default false. */
  contentCheck?: boolean;
  /** The largest size in bytes; default 50 MiB. */
  maxBytes?: number;
  signal?: AbortSignal;
}
