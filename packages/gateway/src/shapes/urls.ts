// The addresses that answers carry: jobs and files, absolute, files signed where keys are in force.

import { createHmac, timingSafeEqual } from "node:crypto";

import { extensions } from "../storage/media.ts";

/** What the address of a stored file is made of. */
export interface AddressedAsset {
  id: string;
  contentType: string;
}

/** Builds the absolute URLs of one answer. */
export interface Urls {
  asset(asset: AddressedAsset): string;
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
    asset: ({ id, contentType }) =>
      `${base}/v1/assets/${id}${endingOf(contentType)}${secret === null ? "" : `?sig=${signAsset(secret, id)}`}`,
    job: (id) => `${base}/v1/jobs/${id}`,
    jobEvents: (id) => `${base}/v1/jobs/${id}/events`,
    jobCancel: (id) => `${base}/v1/jobs/${id}/cancel`,
  };
}
