// Signs messages as Standard Webhooks does: HMAC-SHA256 over id, time and body.

import { createHmac, randomBytes } from "node:crypto";

const prefix = "whsec_";
const secretBytes = 32;

/** Makes a new secret. */
export function makeWebhookSecret(): string {
  return toSecret(randomBytes(secretBytes));
}

/** Writes bytes as a secret. */
export function toSecret(bytes: Buffer): string {
  return `${prefix}${bytes.toString("base64")}`;
}

/** What is signed. */
export interface SignedMessage {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  body: string;
}

/** Returns the headers of a message, with a signature by each of the secrets. */
export function toSignatureHeaders(
  secrets: readonly string[],
  { id, timestamp, body }: SignedMessage,
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), "base64");
    const signed = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`);
    return `v1,${signed.digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
