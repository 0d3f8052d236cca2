// Defines the description of one media file, small enough to send to the worker.

/** One picture, video or sound to make; equal specs give equal bytes. */
export interface MediaSpec {
  kind: "image" | "video" | "audio";
  /** The prompt on a scene, or one flat colour in the right size. */
  style: "drawn" | "blank";
  format: "png" | "webp" | "jpeg" | "mp4" | "mp3";
  /** The size of the file in pixels. */
  width: number;
  height: number;
  /** The length of a video or sound in milliseconds, 0 for a picture. */
  durationMs: number;
  text: string;
  /** The small line at the bottom: model, size, seed. */
  caption: string;
  seed: number;
  /** True for the higher bit rate that the file of get_local_item_list has. */
  isFine: boolean;
}

/** Returns the MIME type of a spec's file. */
export function mimeTypeOf(spec: MediaSpec): string {
  if (spec.kind === "audio") return "audio/mpeg";
  return spec.kind === "video" ? "video/mp4" : `image/${spec.format}`;
}
