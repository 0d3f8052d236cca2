// Builds, signs and checks the URLs of results (history.md).

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { SimulatedClock } from "../clock.ts";
import { regions } from "../regions.ts";
import type { Region } from "../regions.ts";

/** The life of a signed URL, about one hour (history.md [C]). */
export const urlLifeSeconds = 3600;

const signatureNameLength = 8;
const videoSignatureLength = 32;

/** A variant of a stored picture: the original, a scaled or a cropped one. */
export interface ImageVariant {
  template: "aigc_resize_mark" | "aigc_resize" | "aigc_smart_crop";
  /** 0 for the original side. */
  width: number;
  height: number;
  format: "png" | "webp" | "jpeg";
}

/** The quality of a video: the history's preview or the file of get_local_item_list. */
export type VideoQuality = "preview" | "original";

/** Whether a URL is served, or why not. */
export type LinkVerdict = "ok" | "expired" | "bad signature";

/** Where result URLs point: at this server, with the site's host as the first part of the path, or at the site's hosts. */
export type ResultHosts = "path" | "real";

/** Whom result URLs are for. */
export interface ResultPlace {
  /** The scheme and authority under which the caller reached the server. */
  base: string;
  region: Region;
}

const qualities: readonly VideoQuality[] = ["preview", "original"];
const kilobitsPerSecond: Readonly<Record<VideoQuality, number>> = { preview: 1152, original: 6297 };

/** The picture in its full size and its own format. */
export const originalPng: ImageVariant = {
  template: "aigc_resize_mark",
  width: 0,
  height: 0,
  format: "png",
};

/** Returns a 32-digit hexadecimal object name for `seed`. */
export function objectName(seed: string): string {
  return createHash("md5").update(seed).digest("hex");
}

/** Result URLs, signed and checked with the simulator's own key. */
export class MediaLinks {
  readonly #key: Buffer;
  readonly #clock: SimulatedClock;
  readonly #hosts: ResultHosts;

  constructor(key: Buffer, clock: SimulatedClock, hosts: ResultHosts) {
    this.#key = key;
    this.#clock = clock;
    this.#hosts = hosts;
  }

  /** Builds the URL of a picture variant. */
  image(place: ResultPlace, uri: string, variant: ImageVariant = originalPng): string {
    const origin = this.#origin(place, regions[place.region].results.imageHost);
    const service = uri.slice(0, uri.indexOf("/")).split("-i-").at(-1)?.replace(/-sg$/, "");
    const extension = `.${variant.format}`;
    const name = `${uri}~tplv-${service}-${variant.template}:${variant.width}:${variant.height}${extension}`;
    const expires = this.#expires();
    const signature = this.#sign(`/${name}`, expires);
    const lk3s = signature.slice(0, signatureNameLength);
    const encoded = encodeURIComponent(Buffer.from(signature, "hex").toString("base64"));
    return `${origin}/${name}?lk3s=${lk3s}&x-expires=${expires}&x-signature=${encoded}&format=${extension}`;
  }

  /** Builds the URL of a video in one quality. */
  video(place: ResultPlace, object: string, quality: VideoQuality): string {
    const { results } = regions[place.region];
    const host = quality === "preview" ? results.previewHost : results.originalHost;
    const expires = this.#expires();
    const signature = this.#sign(`${quality}/${object}`, expires).slice(0, videoSignatureLength);
    const path = `${signature}/${expires.toString(16)}/video/tos/${results.videoFolder}/${object}/`;
    const rate = kilobitsPerSecond[quality];
    return `${this.#origin(place, host)}/${path}?a=${results.videoApp}&br=${rate}&bt=${rate}&mime_type=video_mp4`;
  }

  /** Builds the URL of a piece of music; it is served as the videos are. */
  audio(place: ResultPlace, object: string): string {
    return this.video(place, object, "original").replace(
      "mime_type=video_mp4",
      "mime_type=audio_mpeg",
    );
  }

  /** Checks the signature and the end of a picture URL. */
  verifyImage(
    path: string,
    expires: string | undefined,
    signature: string | undefined,
  ): LinkVerdict {
    const given = Buffer.from(signature ?? "", "base64").toString("hex");
    return this.#verify(path, Number(expires), given, (full) => full);
  }

  /** Checks the signature and the end of a video URL and tells which quality it was signed for. */
  verifyVideo(
    object: string,
    expires: string,
    signature: string,
  ): { verdict: LinkVerdict; quality: VideoQuality } {
    const endsAt = Number.parseInt(expires, 16);
    const cut = (full: string) => full.slice(0, videoSignatureLength);
    for (const quality of qualities) {
      const verdict = this.#verify(`${quality}/${object}`, endsAt, signature, cut);
      if (verdict !== "bad signature") return { verdict, quality };
    }
    return { verdict: "bad signature", quality: "preview" };
  }

  #origin(place: ResultPlace, host: string): string {
    return this.#hosts === "real" ? `https://${host}` : `${place.base}/${host}`;
  }

  #expires(): number {
    return Math.floor(this.#clock.now() / 1000) + urlLifeSeconds;
  }

  #sign(subject: string, expires: number): string {
    return createHmac("sha256", this.#key).update(`${subject}\n${expires}`).digest("hex");
  }

  #verify(
    subject: string,
    expires: number,
    given: string,
    cut: (full: string) => string,
  ): LinkVerdict {
    const expected = Buffer.from(cut(this.#sign(subject, expires)));
    const actual = Buffer.from(given);
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
      return "bad signature";
    }
    return expires * 1000 > this.#clock.now() ? "ok" : "expired";
  }
}
