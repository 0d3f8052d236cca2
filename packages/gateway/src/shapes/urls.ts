// The addresses that answers carry: jobs and files, absolute, files signed where keys are in force.

import { createHmac, timingSafeEqual } from "node:crypto";

/** Builds the absolute URLs of one answer. */
export interface Urls {
  asset(id: string): string;
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

/** Builds URLs below `base` (no final slash); files are signed when a secret is given. */
export function createUrls(base: string, secret: Buffer | null): Urls {
  return {
    asset: (id) =>
      `${base}/v1/assets/${id}${secret === null ? "" : `?sig=${signAsset(secret, id)}`}`,
    job: (id) => `${base}/v1/jobs/${id}`,
    jobEvents: (id) => `${base}/v1/jobs/${id}/events`,
    jobCancel: (id) => `${base}/v1/jobs/${id}/cancel`,
  };
}
