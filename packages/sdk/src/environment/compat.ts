// Two functions with positional arguments, for scripts that were written for older clients, configured by the process's
// environment (also the subpath `@jimeng/sdk/compat`).

import { Jimeng } from "../client.ts";
import type { JimengOptions } from "../options.ts";
import type { ImageRequest, VideoRequest, Warning } from "../requests.ts";
import { parseSession } from "../session.ts";

/** Options of `generateImages` besides model and prompt. */
export type GenerateImagesOptions = Omit<ImageRequest, "kind" | "model" | "prompt">;

/** Options of `generateVideo` besides model and prompt. */
export type GenerateVideoOptions = Omit<VideoRequest, "kind" | "model" | "prompt">;

/** Options of the client that the two functions make; each counts before the environment. */
export interface CompatOptions extends Omit<JimengOptions, "session"> {
  /** Called with every part of the request that was not met exactly; writes it to the console by default. */
  onWarning?: (warning: Warning) => void;
}

/**
 * Makes pictures and returns their URLs, which live about an hour. The count is the model's own unless
 * `options.count` says otherwise. `JIMENG_BASE_URL` and its siblings (`readEnvironment` lists them) are read at each
 * call.
 */
export async function generateImages(
  model: string,
  prompt: string,
  options: GenerateImagesOptions,
  refreshToken: string,
  clientOptions: CompatOptions = {},
): Promise<string[]> {
  const client = await createClient(refreshToken, clientOptions);
  const { images, warnings } = await client.images.generate({ ...options, model, prompt });
  report(warnings, clientOptions);
  return images.map((image) => image.url);
}

/**
 * Makes a video and returns its URL; `width` and `height` choose the nearest aspect ratio. Reads the environment as
 * `generateImages` does.
 */
export async function generateVideo(
  model: string,
  prompt: string,
  options: GenerateVideoOptions,
  refreshToken: string,
  clientOptions: CompatOptions = {},
): Promise<string> {
  const client = await createClient(refreshToken, clientOptions);
  const { video, warnings } = await client.videos.generate({ ...options, model, prompt });
  report(warnings, clientOptions);
  return video.url;
}

async function createClient(
  refreshToken: string,
  { onWarning: _onWarning, ...options }: CompatOptions,
): Promise<Jimeng> {
  // Loaded on first use: most programs configure a client of their own.
  const { processSettings } = await import("./process-settings.ts");
  const settings = processSettings(parseSession(refreshToken).region);
  return new Jimeng({
    ...settings,
    ...options,
    baseUrls: { ...settings.baseUrls, ...options.baseUrls },
    versions: { ...settings.versions, ...options.versions },
    session: refreshToken,
  });
}

function report(warnings: readonly Warning[], { onWarning = print }: CompatOptions): void {
  for (const warning of warnings) onWarning(warning);
}

function print({ code, message }: Warning): void {
  // The functions return URLs only: without this line nobody would hear of it.
  console.warn(`jimeng: ${message} (${code})`);
}
