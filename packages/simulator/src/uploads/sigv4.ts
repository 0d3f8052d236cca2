// Checks AWS Signature Version 4 as ImageX and VOD use it (apply-upload.md), and the cloud's own scheme, which differs
// only in names. The signature is recomputed from the SignedHeaders that the caller names.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const authorizationPattern =
  /^(?<algorithm>[A-Z0-9-]+) Credential=(?<key>[^/\s]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/(?<terminator>[a-z0-9_]+),\s*SignedHeaders=(?<headers>[a-z0-9;-]+),\s*Signature=(?<signature>[0-9a-f]{64})$/;

/** The names in which two signature schemes differ. */
export interface Scheme {
  algorithm: string;
  keyPrefix: string;
  terminator: string;
  dateHeader: string;
  tokenHeader: string;
  /** The headers that a signature must cover. */
  mustCover: readonly string[];
}

/** The scheme of every capture (apply-upload.md [C]). */
export const awsScheme: Scheme = {
  algorithm: "AWS4-HMAC-SHA256",
  keyPrefix: "AWS4",
  terminator: "aws4_request",
  dateHeader: "x-amz-date",
  tokenHeader: "x-amz-security-token",
  mustCover: ["x-amz-date", "x-amz-security-token"],
};

/** The cloud's own scheme, which one client signs uploads with; whether these hosts take it is not known [S]. */
export const cloudScheme: Scheme = {
  algorithm: "HMAC-SHA256",
  keyPrefix: "",
  terminator: "request",
  dateHeader: "x-date",
  tokenHeader: "x-security-token",
  mustCover: ["x-date"],
};

/** The parts of a request that a signature covers. */
export interface SignedRequest {
  method: string;
  path: string;
  /** The query as sent, without the question mark. */
  query: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** The parts of an Authorization header. */
export interface Credential {
  scheme: Scheme;
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

/** Parses an Authorization header; undefined when it is of none of these schemes. */
export function parseAuthorization(
  header: string | undefined,
  schemes: readonly Scheme[],
): Credential | undefined {
  const parts = authorizationPattern.exec(header ?? "")?.groups;
  const scheme = schemes.find(
    ({ algorithm, terminator }) =>
      algorithm === parts?.["algorithm"] && terminator === parts["terminator"],
  );
  if (parts === undefined || scheme === undefined) return undefined;
  return {
    scheme,
    accessKeyId: parts["key"] ?? "",
    date: parts["date"] ?? "",
    region: parts["region"] ?? "",
    service: parts["service"] ?? "",
    signedHeaders: (parts["headers"] ?? "").split(";"),
    signature: parts["signature"] ?? "",
  };
}

function sha256(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted((first, second) => (first < second ? -1 : 1))
    .join("&");
}

function headerText(request: SignedRequest, name: string): string {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value.join(",") : (value ?? "");
  return text.trim().replaceAll(/\s+/g, " ");
}

/** Builds the canonical request over the signed headers; the payload hash is the header's where one is sent. */
export function canonicalRequest(request: SignedRequest, signedHeaders: string[]): string {
  const names = signedHeaders.toSorted();
  const declared = headerText(request, "x-amz-content-sha256");
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${headerText(request, name)}`),
    "",
    names.join(";"),
    declared === "" ? sha256(request.body) : declared,
  ].join("\n");
}

/** Computes the signature of a request with a secret for the scope of a credential. */
export function computeSignature(
  request: SignedRequest,
  scope: Omit<Credential, "accessKeyId" | "signature">,
  secret: string,
): string {
  const { algorithm, keyPrefix, terminator, dateHeader } = scope.scheme;
  const text = [
    algorithm,
    headerText(request, dateHeader),
    [scope.date, scope.region, scope.service, terminator].join("/"),
    sha256(canonicalRequest(request, scope.signedHeaders)),
  ].join("\n");
  const key = [scope.region, scope.service, terminator].reduce<Buffer>(
    hmac,
    hmac(`${keyPrefix}${secret}`, scope.date),
  );
  return hmac(key, text).toString("hex");
}

/**
 * Checks a signature. It must cover what its scheme says (date and session token, apply-upload.md), the payload hash
 * where one is sent must be the body's, and the scope's date must be that of the date header.
 */
export function verifySignature(
  request: SignedRequest,
  credential: Credential,
  secret: string,
): boolean {
  const { mustCover, dateHeader } = credential.scheme;
  if (!mustCover.every((name) => credential.signedHeaders.includes(name))) return false;
  const date = headerText(request, dateHeader);
  if (!/^\d{8}T\d{6}Z$/.test(date) || !date.startsWith(credential.date)) return false;
  const declared = headerText(request, "x-amz-content-sha256");
  if (declared !== "" && declared !== sha256(request.body)) return false;
  const expected = computeSignature(request, credential, secret);
  return timingSafeEqual(Buffer.from(expected), Buffer.from(credential.signature));
}
