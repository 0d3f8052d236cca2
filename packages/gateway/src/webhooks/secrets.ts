// The secrets that messages are signed with: stored ones of endpoints, encrypted, and derived ones of callers, for the
// addresses that single requests name.

import { hkdfSync } from "node:crypto";

import { createSealer, recordNames } from "../encryption/sealer.ts";
import type { SecretKeys } from "../encryption/sealer.ts";
import { toSecret } from "./signature.ts";

/** Encrypts the secrets of endpoints, and derives those of callers. */
export interface WebhookSecrets {
  seal(secret: string, webhookId: string): string;
  /** Throws `invalid_request` when it was encrypted with another secret key. */
  open(sealed: string, webhookId: string): string;
  /** Returns the secret of a caller, the same until the gateway's secret key changes. */
  ofCaller(keyId: string | null): string;
}

const secretBytes = 32;

/** Makes the secrets under the gateway's secret keys. */
export function createWebhookSecrets(secretKeys: SecretKeys): WebhookSecrets {
  const sealer = createSealer(secretKeys);
  const nameOf = recordNames.webhook;
  return {
    seal: (secret, webhookId) => sealer.seal(secret, nameOf(webhookId)),
    open: (sealed, webhookId) => sealer.open(sealed, nameOf(webhookId)),
    ofCaller(keyId) {
      const purpose = `jimeng webhook_url of ${keyId ?? "the local user"}`;
      return toSecret(
        Buffer.from(hkdfSync("sha256", secretKeys.current, "", purpose, secretBytes)),
      );
    },
  };
}
