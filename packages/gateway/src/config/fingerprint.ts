// Whether two gateways would work for the same accounts: a fingerprint of the settings that say whose they are.

import { createHash } from "node:crypto";

import type { Config } from "./config.ts";

type AccountSettings = Pick<Config, "mode" | "sessions" | "passthrough"> & {
  upstream: Pick<Config["upstream"], "regions">;
};

/** Returns the same text for the same mode, accounts and upstream; no session can be read from it. */
export function accountsFingerprint(config: AccountSettings): string {
  // The simulator has one made-up account, and its address changes from start to start.
  const facts =
    config.mode === "simulator"
      ? [config.mode]
      : [
          config.mode,
          config.passthrough,
          config.sessions.map(({ name, region, session }) => [name, region, session]),
          config.upstream.regions,
        ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}
