// The two functions for scripts of older clients, configured by the process's environment (subpath
// `@jimeng/sdk/compat`).

import * as compat from "../compat.ts";
import type { GenerateImagesOptions, GenerateVideoOptions } from "../compat.ts";
import { processSettings } from "./process-settings.ts";
import { parseSession } from "../session.ts";

export type { GenerateImagesOptions, GenerateVideoOptions } from "../compat.ts";

/**
 * Makes pictures and returns their URLs, which live about an hour. `JIMENG_BASE_URL` and its siblings
 * (`readEnvironment` lists them) are read at each call.
 */
export function generateImages(
  model: string,
  prompt: string,
  options: GenerateImagesOptions,
  refreshToken: string,
): Promise<string[]> {
  return compat.generateImages(model, prompt, options, refreshToken, settingsOf(refreshToken));
}

/** Makes a video and returns its URL; reads the environment as `generateImages` does. */
export function generateVideo(
  model: string,
  prompt: string,
  options: GenerateVideoOptions,
  refreshToken: string,
): Promise<string> {
  return compat.generateVideo(model, prompt, options, refreshToken, settingsOf(refreshToken));
}

function settingsOf(refreshToken: string): ReturnType<typeof processSettings> {
  return processSettings(parseSession(refreshToken).region);
}
