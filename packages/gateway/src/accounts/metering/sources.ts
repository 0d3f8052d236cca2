// Gives the metrics what they read of accounts, credits and disk when they are scraped.

import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { Disk } from "../../storage/disk.ts";
import type { MetricSources } from "../../telemetry/sources.ts";
import type { Accounts } from "../accounts.ts";
import type { CreditsService } from "../credits.ts";
import { unknownAccount } from "../errors.ts";

/** Makes the sources of a gateway's metrics. */
export function toMetricSources(
  {
    config,
    database,
    accounts,
    disk,
    clock,
  }: {
    config: Pick<Config, "mode">;
    database: GatewayDatabase;
    accounts: Accounts;
    disk: Disk;
    clock: Clock;
  },
  credits: Pick<CreditsService, "balance">,
  version: string,
): MetricSources {
  return {
    version,
    mode: config.mode,
    database,
    accounts,
    freeBytes: () => disk.freeBytes(),
    now: () => clock.now(),
    async readBalance(name) {
      const account = accounts.get(name);
      const client = accounts.connection(name)?.client;
      if (account === undefined || client === undefined) throw unknownAccount(name);
      return await credits.balance({ account, client });
    },
  };
}
