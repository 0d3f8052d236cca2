// Opens the webhooks of a gateway with a client of their own, which connects to public addresses only.

import type { Config } from "../config/config.ts";
import { readSecretKeys } from "../encryption/secret-keys.ts";
import { createGuardedAgent } from "../storage/url-guard.ts";
import { createWebhooks } from "./webhooks.ts";
import type { Webhooks, WebhooksOptions } from "./webhooks.ts";

/** What the gateway gives its webhooks. */
export interface OpenWebhooksOptions extends Omit<
  WebhooksOptions,
  "secretKeys" | "dispatcher" | "allowPrivate"
> {
  config: Pick<Config, "dataDir" | "secretKey" | "previousSecretKey" | "allowPrivateWebhooks">;
}

/** Opens the webhooks; `close` also ends their connections. */
export async function openWebhooks({ config, ...options }: OpenWebhooksOptions): Promise<Webhooks> {
  const secretKeys = await readSecretKeys(config);
  const allowPrivate = config.allowPrivateWebhooks;
  // Never by HTTPS_PROXY: that is for the upstream's hosts.
  const dispatcher = createGuardedAgent({ allowPrivate });
  return createWebhooks({ ...options, secretKeys, dispatcher, allowPrivate });
}
