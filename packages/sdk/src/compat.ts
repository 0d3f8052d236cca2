// Two functions with positional arguments, for scripts that were written for older clients.

import { Jimeng } from "./client.ts";
import type { JimengOptions } from "./options.ts";
import type { ImageRequest, VideoRequest } from "./requests.ts";

/** Options of `generateImages` besides model and prompt. */
export type GenerateImagesOptions = Omit<ImageRequest, "kind" | "model" | "prompt">;

/** Options of `generateVideo` besides model and prompt. */
export type GenerateVideoOptions = Omit<VideoRequest, "kind" | "model" | "prompt">;

/**
 * Makes pictures and returns their URLs, which live about an hour. The count is the model's own unless
 * `options.count` says otherwise. `clientOptions` may name other hosts, e.g. a simulator's.
 */
export async function generateImages(
  model: string,
  prompt: string,
  options: GenerateImagesOptions,
  refreshToken: string,
  clientOptions: Omit<JimengOptions, "session"> = {},
): Promise<string[]> {
  const { images } = await new Jimeng({ ...clientOptions, session: refreshToken }).images.generate({
    ...options,
    model,
    prompt,
  });
  return images.map((image) => image.url);
}

/** Makes a video and returns its URL; `width` and `height` choose the nearest aspect ratio. */
export async function generateVideo(
  model: string,
  prompt: string,
  options: GenerateVideoOptions,
  refreshToken: string,
  clientOptions: Omit<JimengOptions, "session"> = {},
): Promise<string> {
  const { video } = await new Jimeng({ ...clientOptions, session: refreshToken }).videos.generate({
    ...options,
    model,
    prompt,
  });
  return video.url;
}
