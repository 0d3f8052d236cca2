// Result URLs: how they look, how they are signed and when they expire (history.md).

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { SimulatedClock } from "../clock.ts";
import { videoBucket } from "../regions.ts";

/** The life of a signed URL, about one hour (history.md [C]). */
export const urlLifeSeconds = 3600;

const signatureNameLength = 8;
const videoSignatureLength = 32;

/** Names a variant of a stored picture: the original, a scaled or a cropped one. */
export interface ImageVariant {
  template: "aigc_resize_mark" | "aigc_resize" | "aigc_smart_crop";
  /** 0 for the original side. */
  width: number;
  height: number;
  format: "png" | "webp" | "jpeg";
}

/** Names the quality of a video: the history's preview or the file of get_local_item_list. */
export type VideoQuality = "preview" | "original";

/** Says why a URL is not served. */
export type LinkVerdict = "ok" | "expired" | "bad signature";

/** The picture in its full size and its own format. */
export const originalPng: ImageVariant = {
  template: "aigc_resize_mark",
  width: 0,
  height: 0,
  format: "png",
};

/** Gives a 32-digit hexadecimal object name for `seed`. */
export function objectName(seed: string): string {
  return createHash("md5").update(seed).digest("hex");
}

/** Signs and checks result URLs with the simulator's own key. */
export class MediaLinks {
  readonly #key: Buffer;
  readonly #clock: SimulatedClock;

  constructor(key: Buffer, clock: SimulatedClock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** Builds the URL of a picture variant; `base` is where the caller reached this server. */
  image(base: string, uri: string, variant: ImageVariant = originalPng): string {
    const service = uri.slice(0, uri.indexOf("/")).split("-i-").at(-1)?.replace(/-sg$/, "");
    const extension = `.${variant.format}`;
    const name = `${uri}~tplv-${service}-${variant.template}:${variant.width}:${variant.height}${extension}`;
    const expires = this.#expires();
    const signature = this.#sign(`/${name}`, expires);
    const lk3s = signature.slice(0, signatureNameLength);
    const encoded = encodeURIComponent(Buffer.from(signature, "hex").toString("base64"));
    return `${base}/${name}?lk3s=${lk3s}&x-expires=${expires}&x-signature=${encoded}&format=${extension}`;
  }

  /** Builds the URL of a video in one quality. */
  video(base: string, object: string, quality: VideoQuality): string {
    const expires = this.#expires();
    const grade = quality === "preview" ? "1" : "2";
    const signature = this.#sign(`${grade}/${object}`, expires).slice(0, videoSignatureLength);
    const rate = quality === "preview" ? 1152 : 6297;
    return `${base}/${signature}/${expires.toString(16)}/${grade}/video/tos/cn/${videoBucket}/${object}/?a=4066&br=${rate}&bt=${rate}&mime_type=video_mp4`;
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

  /** Checks the signature and the end of a video URL. */
  verifyVideo(object: string, grade: string, expires: string, signature: string): LinkVerdict {
    return this.#verify(`${grade}/${object}`, Number.parseInt(expires, 16), signature, (full) =>
      full.slice(0, videoSignatureLength),
    );
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
