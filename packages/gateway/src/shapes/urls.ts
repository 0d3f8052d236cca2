// The addresses that answers carry: jobs and files, absolute, files signed where keys are in force.

import { createHmac, timingSafeEqual } from "node:crypto";

import type { PictureFormat } from "../api/words/picture-formats.ts";
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

/** Whose file it is, and how long its addresses work: its job. */
export interface AddressOwner {
  /** Id of the caller that made it; null for the local user. */
  keyId: string | null;
  /** What its request asked for; null for the gateway's own setting. */
  urlTtlSeconds: number | null;
}

/** Builds the absolute URLs of one answer. */
export interface Urls {
  /** Returns the address of a stored file, or of another form of a picture. */
  asset(asset: AddressedAsset, owner: AddressOwner, variant?: AddressedVariant | null): string;
  /** Returns when the address of a file ends, in Unix seconds; null where it works as long as its file and key. */
  expiresAt(owner: AddressOwner): number | null;
  job(id: string): string;
  jobEvents(id: string): string;
  jobCancel(id: string): string;
  batch(id: string): string;
}

const signatureBytes = 18;

/** What a signature vouches for. */
export interface SignedAddress {
  id: string;
  /** Id of the caller that made the file; null for the local user. */
  keyId: string | null;
  /** Unix seconds; null for an address without an end. */
  expiresAt: number | null;
}

/** Signs the address of a file, so that `<img>` can show it without a key. */
export function signAddress(secret: Buffer, { id, keyId, expiresAt }: SignedAddress): string {
  return toSignature(secret, JSON.stringify(["asset", id, keyId, expiresAt]));
}

/** Signs an asset id alone, as earlier versions did: the addresses that they gave out still work. */
export function signAsset(secret: Buffer, id: string): string {
  return toSignature(secret, `asset:${id}`);
}

function toSignature(secret: Buffer, text: string): string {
  return createHmac("sha256", secret)
    .update(text)
    .digest()
    .subarray(0, signatureBytes)
    .toString("base64url");
}

/** Returns whether a signature is that of this address, in constant time; whether it has ended is not looked at. */
export function isAddressSignature(
  secret: Buffer,
  address: SignedAddress,
  signature: string,
): boolean {
  const isEqual = isSame(signAddress(secret, address), signature);
  return (
    isEqual || (address.expiresAt === null && isSame(signAsset(secret, address.id), signature))
  );
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
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

/** How the addresses of files are signed. */
export interface AddressSigning {
  secret: Buffer;
  /** Unix milliseconds. */
  now: number;
  /** How long addresses work by the gateway's own setting; null for no end. */
  ttlSeconds: number | null;
}

/** Builds URLs below `base` (no final slash); those of files are signed where a credential is needed. */
export function createUrls(base: string, signing: AddressSigning | null): Urls {
  const expiresAt = (owner: AddressOwner): number | null =>
    signing === null ? null : endOf(signing, owner);
  return {
    asset({ id, contentType }, owner, variant = null) {
      const ending = endingOf(variant === null ? contentType : `image/${variant.format}`);
      const query = new URLSearchParams({
        ...toSignatureQuery(signing, { id, keyId: owner.keyId, expiresAt: expiresAt(owner) }),
        ...toVariantQuery(variant),
      }).toString();
      return `${base}/v1/assets/${id}${ending}${query === "" ? "" : `?${query}`}`;
    },
    expiresAt,
    job: (id) => `${base}/v1/jobs/${id}`,
    jobEvents: (id) => `${base}/v1/jobs/${id}/events`,
    jobCancel: (id) => `${base}/v1/jobs/${id}/cancel`,
    batch: (id) => `${base}/v1/batches/${id}`,
  };
}

function toSignatureQuery(
  signing: AddressSigning | null,
  address: SignedAddress,
): Record<string, string> {
  if (signing === null) return {};
  const { expiresAt } = address;
  const end = expiresAt === null ? undefined : { exp: `${expiresAt}` };
  return { ...end, sig: signAddress(signing.secret, address) };
}

/** Returns the query of another form of a picture; the signature is that of the file, whatever its form. */
function toVariantQuery(variant: AddressedVariant | null): Record<string, string> {
  if (variant === null) return {};
  const { format, quality } = variant;
  return quality === null ? { format } : { format, quality: `${quality}` };
}

/** Returns the earlier of the ends that the gateway's setting and the request give. */
function endOf(
  { now, ttlSeconds }: AddressSigning,
  { urlTtlSeconds }: AddressOwner,
): number | null {
  const shortest = Math.min(ttlSeconds ?? Infinity, urlTtlSeconds ?? Infinity);
  return shortest === Infinity ? null : Math.floor(now / 1000) + shortest;
}
