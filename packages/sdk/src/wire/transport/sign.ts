// Computes the Sign header: one MD5 over the end of the path, the version and the time.

import { createHash } from "node:crypto";

const prefix = "9e2c";
const suffix = "11ac";
const signedPathLength = 7;

/** The inputs of the Sign header (docs/upstream/README.md [C], checked against 22 captured requests). */
export interface SignInput {
  /** The whole URL path, a relay's prefix included, without query. */
  path: string;
  platformCode: string;
  appVersion: string;
  /** Unix seconds, the value of the Device-Time header. */
  deviceTime: string;
  /** The value of the Tdid header, normally empty. */
  deviceId: string;
}

/** Computes the Sign header; only the last 7 characters of the path matter. */
export function sign(input: SignInput): string {
  const text = [
    prefix,
    input.path.slice(-signedPathLength),
    input.platformCode,
    input.appVersion,
    input.deviceTime,
    input.deviceId,
    suffix,
  ].join("|");
  return createHash("md5").update(text).digest("hex");
}
