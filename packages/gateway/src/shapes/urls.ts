// The addresses that answers carry: jobs and files, absolute, files signed where keys are in force.

import { createHmac, timingSafeEqual } from "node:crypto";

import type { PictureFormat } from "../api/assets.ts";
import { extensions } from "../storage/media.ts";

/** What the address of a stored file is made of. */
export interface AddressedAsset {
  id: string;
  contentType: string;
}

/** What the address of another form of a picture is made of. */
export interface AddressedVariant {
  format: PictureFormat;
  quality: number | null;
}

/** Builds the absolute URLs of one answer. */
export interface Urls {
  /** Returns the address of a stored file, or of another form of a picture. */
  asset(asset: AddressedAsset, variant?: AddressedVariant | null): string;
  job(id: string): string;
  jobEvents(id: string): string;
  jobCancel(id: string): string;
}

const signatureBytes = 18;

/** Signs an asset id, so that `<img>` can show the file without a key; it stays valid as long as the secret. */
export function signAsset(secret: Buffer, id: string): string {
  return createHmac("sha256", secret)
    .update(`asset:${id}`)
    .digest()
    .subarray(0, signatureBytes)
    .toString("base64url");
}

/** Returns whether a signature is that of this asset id, in constant time. */
export function isAssetSignature(secret: Buffer, id: string, signature: string): boolean {
  const expected = Buffer.from(signAsset(secret, id));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const fileEndings: Readonly<Record<string, string>> = {
  ...extensions,
  // References keep their own type; results in MOV are stored as MP4.
  "video/quicktime": "mov",
};

/** Returns the ending of a file's name, with its dot; empty for a type that has none here. */
export function endingOf(contentType: string): string {
  const ending = fileEndings[contentType];
  return ending === undefined ? "" : `.${ending}`;
}

/** Returns the id in the last part of a file's address: bots and players need an ending, and any is accepted. */
export function withoutEnding(name: string): string {
  return name.replace(/\.[A-Za-z0-9]{1,8}$/, "");
}

/** Builds URLs below `base` (no final slash); files are signed when a secret is given. */
export function createUrls(base: string, secret: Buffer | null): Urls {
  return {
    asset({ id, contentType }, variant = null) {
      const ending = endingOf(variant === null ? contentType : `image/${variant.format}`);
      const query = new URLSearchParams({
        ...(secret === null ? {} : { sig: signAsset(secret, id) }),
        ...toVariantQuery(variant),
      }).toString();
      return `${base}/v1/assets/${id}${ending}${query === "" ? "" : `?${query}`}`;
    },
    job: (id) => `${base}/v1/jobs/${id}`,
    jobEvents: (id) => `${base}/v1/jobs/${id}/events`,
    jobCancel: (id) => `${base}/v1/jobs/${id}/cancel`,
  };
}

/** Returns the query of another form of a picture; the signature is that of the file, whatever its form. */
function toVariantQuery(variant: AddressedVariant | null): Record<string, string> {
  if (variant === null) return {};
  const { format, quality } = variant;
  return quality === null ? { format } : { format, quality: `${quality}` };
}
