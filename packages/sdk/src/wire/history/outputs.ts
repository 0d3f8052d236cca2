// Chooses the URL of a result and reads its size, format and expiry.

import * as z from "zod";

import { isLoopbackHost, isPublicHost } from "../../hosts.ts";
import type { AudioOutput, ImageOutput, VideoOutput } from "../../requests.ts";
import { flag, number, text, textOrNull } from "../transport/tolerant.ts";

const originSchema = z
  .looseObject({
    video_url: textOrNull,
    width: number,
    height: number,
    fps: number,
    format: textOrNull,
  })
  .nullish()
  .catch(null);

const transcodedSchema = z.record(z.string(), originSchema).nullish().catch(null);

/** Schema of one entry of `item_list` (history.md); every field may be missing. */
export const itemSchema = z.looseObject({
  common_attr: z
    .looseObject({
      id: text,
      cover_url: textOrNull,
      cover_url_map: z.record(z.string(), z.unknown()).nullish().catch(null),
      transcoded_video: transcodedSchema,
      item_urls: z.array(z.unknown()).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  image: z
    .looseObject({
      format: textOrNull,
      large_images: z
        .array(
          z.looseObject({
            image_url: textOrNull,
            width: number,
            height: number,
            format: textOrNull,
          }),
        )
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  audio: z
    .looseObject({
      origin_audio: z
        .looseObject({
          url: textOrNull,
          audio_url: textOrNull,
          format: textOrNull,
          duration_ms: number,
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  video: z
    .looseObject({
      video_id: text,
      transcoded_video: transcodedSchema,
      play_url: textOrNull,
      download_url: textOrNull,
      url: textOrNull,
      duration_ms: number,
      cover_url: textOrNull,
      has_audio: flag,
    })
    .nullish()
    .catch(null),
  gen_result_data: z.looseObject({ result_code: number }).nullish().catch(null),
});

/** One parsed entry of `item_list`. */
export type Item = z.infer<typeof itemSchema>;

/** The rule for URLs of results: https on a public host, or http on loopback when the region itself is loopback. */
export interface UrlPolicy {
  allowLoopback: boolean;
}

function checkUrl(url: string | null | undefined, policy: UrlPolicy): string | null {
  if (url == null || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (parsed.protocol === "https:") return isPublicHost(parsed.hostname) ? url : null;
  const local = parsed.protocol === "http:" && isLoopbackHost(parsed.hostname);
  return local && policy.allowLoopback ? url : null;
}

/** Turns an item into a picture; null when it failed or shows no usable URL. */
export function toImageOutput(
  item: Item,
  fallbackId: string,
  policy: UrlPolicy,
): ImageOutput | null {
  if (isFailedItem(item)) return null;
  const itemId = item.common_attr?.id || fallbackId;
  const large = findLargest(item.image?.large_images ?? [], ({ image_url: url }) => url, policy);
  const largeUrl = large?.image_url;
  if (large !== undefined && largeUrl != null) {
    const format = large.format || item.image?.format || formatOf(largeUrl);
    return {
      kind: "image",
      itemId,
      url: largeUrl,
      width: large.width,
      height: large.height,
      format: format || null,
      expiresAt: expiryOf(largeUrl),
    };
  }
  const url =
    checkUrl(bestCover(item.common_attr?.cover_url_map), policy) ??
    checkUrl(item.common_attr?.cover_url, policy);
  if (url === null) return null;
  // A cover is a scaled copy; its own pixels are not given anywhere.
  return {
    kind: "image",
    itemId,
    url,
    width: null,
    height: null,
    format: formatOf(url),
    expiresAt: expiryOf(url),
  };
}

/** Turns an item into a video; null when it failed or shows no usable URL. */
export function toVideoOutput(
  item: Item,
  fallbackId: string,
  policy: UrlPolicy,
): VideoOutput | null {
  if (isFailedItem(item)) return null;
  const { video } = item;
  const transcoded = video?.transcoded_video;
  const origin = transcoded?.["origin"];
  const international = item.common_attr?.transcoded_video?.["origin"];
  // Only `origin` was ever captured; a record that has only other qualities still yields a result.
  const other = findLargest(
    [transcoded, item.common_attr?.transcoded_video].flatMap((files) =>
      Object.values(files ?? {}).filter((file) => file != null),
    ),
    ({ video_url: fileUrl }) => fileUrl,
    policy,
  );
  const candidates = [
    origin?.video_url,
    video?.play_url,
    video?.download_url,
    video?.url,
    international?.video_url,
    other?.video_url,
  ];
  const url = candidates
    .map((candidate) => checkUrl(candidate, policy))
    .find((candidate) => candidate !== null);
  if (url === undefined) return null;
  const source = origin ?? international ?? other;
  return {
    kind: "video",
    itemId: item.common_attr?.id || fallbackId,
    url,
    width: source?.width ?? null,
    height: source?.height ?? null,
    fps: source?.fps ?? null,
    durationMs: video?.duration_ms ?? null,
    format: source?.format || null,
    coverUrl: checkUrl(video?.cover_url, policy) ?? checkUrl(item.common_attr?.cover_url, policy),
    hasAudio: video?.has_audio ?? null,
    expiresAt: expiryOf(url),
  };
}

/** Turns an item into a sound (music.md); null when it failed or shows no usable URL. */
export function toAudioOutput(
  item: Item,
  fallbackId: string,
  policy: UrlPolicy,
): AudioOutput | null {
  if (isFailedItem(item)) return null;
  const origin = item.audio?.origin_audio;
  const listed = (item.common_attr?.item_urls ?? []).filter((url) => typeof url === "string");
  const url = [origin?.url, origin?.audio_url, ...listed]
    .map((candidate) => checkUrl(candidate, policy))
    .find((candidate) => candidate !== null);
  if (url == null) return null;
  return {
    kind: "audio",
    itemId: item.common_attr?.id || fallbackId,
    url,
    width: null,
    height: null,
    durationMs: origin?.duration_ms ?? null,
    format: origin?.format || null,
    expiresAt: expiryOf(url),
  };
}

/** Finds the file with the most pixels among those with a usable URL; of equals, and of unknown sizes, the first. */
function findLargest<T extends { width: number | null; height: number | null }>(
  files: readonly T[],
  urlOf: (file: T) => string | null | undefined,
  policy: UrlPolicy,
): T | undefined {
  const pixels = ({ width, height }: T): number => (width ?? 0) * (height ?? 0);
  return files
    .filter((file) => checkUrl(urlOf(file), policy) !== null)
    .reduce<T | undefined>(
      (best, file) => (best === undefined || pixels(file) > pixels(best) ? file : best),
      undefined,
    );
}

/** Tells whether an item says that it failed. */
export function isFailedItem(item: Item): boolean {
  return (item.gen_result_data?.result_code ?? 0) !== 0;
}

/** Picks the largest numbered cover (`4096` where present, then `2400`; history.md). */
function bestCover(covers: Record<string, unknown> | null | undefined): string | null {
  const best = Object.entries(covers ?? {})
    .filter(([key, url]) => /^\d+$/.test(key) && typeof url === "string" && url !== "")
    .sort(([left], [right]) => Number(right) - Number(left))[0]?.[1];
  return typeof best === "string" ? best : null;
}

function formatOf(url: string): string | null {
  return new URL(url).searchParams.get("format")?.replace(/^\./, "") || null;
}

/** Reads the `x-expires` of a signed URL (unix seconds) as milliseconds. */
function expiryOf(url: string): number | null {
  const seconds = Number(new URL(url).searchParams.get("x-expires") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}
