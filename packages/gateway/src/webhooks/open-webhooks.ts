// Opens the webhooks of a gateway with a client of their own, which connects to public addresses only.

import type { Config } from "../config/config.ts";
import { readOrMakeSecret } from "../encryption.ts";
import { createGuardedAgent } from "../storage/url-guard.ts";
import { createWebhooks } from "./webhooks.ts";
import type { Webhooks, WebhooksOptions } from "./webhooks.ts";

/** What the gateway gives its webhooks. */
export interface OpenWebhooksOptions extends Omit<
  WebhooksOptions,
  "secretKey" | "dispatcher" | "allowPrivate"
> {
  config: Pick<Config, "dataDir" | "secretKey" | "allowPrivateWebhooks">;
}

/** Opens the webhooks; `close` also ends their connections. */
export async function openWebhooks({ config, ...options }: OpenWebhooksOptions): Promise<Webhooks> {
  const secretKey = config.secretKey ?? (await readOrMakeSecret(config.dataDir));
  const allowPrivate = config.allowPrivateWebhooks;
  // Never by HTTPS_PROXY: that is for the upstream's hosts.
  const dispatcher = createGuardedAgent({ allowPrivate });
  return createWebhooks({ ...options, secretKey, dispatcher, allowPrivate });
}
