// Finds connections that carry passwords or files over a network without TLS.

import { isLoopbackHost } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Config } from "../config/config.ts";

/** A connection without TLS, with what to do. */
export interface PlainConnection {
  setting: "DATABASE_URL" | "ASSETS_URL";
  host: string;
  fix: string;
}

// With these, libpq and our driver use a connection without TLS.
const plainModes: ReadonlySet<string> = new Set(["disable", "allow", "prefer"]);

/** Returns the connections of the settings that leave this machine without TLS. */
export function findPlainConnections({
  databaseUrl,
  assets,
}: Pick<Config, "databaseUrl" | "assets">): PlainConnection[] {
  const found: PlainConnection[] = [];
  const database = URL.parse(databaseUrl ?? "");
  if (database !== null && leavesMachine(database.hostname)) {
    const mode = database.searchParams.get("sslmode") ?? "disable";
    if (plainModes.has(mode) && database.searchParams.get("ssl") !== "true") {
      const fix = "Add sslmode=verify-full (and sslrootcert=… for an authority of your own) to it.";
      found.push({ setting: "DATABASE_URL", host: database.hostname, fix });
    }
  }
  const store = URL.parse(assets.kind === "s3" ? (assets.endpoint ?? "") : "");
  if (store?.protocol === "http:" && leavesMachine(store.hostname)) {
    const fix = "Give its endpoint an https:// address.";
    found.push({ setting: "ASSETS_URL", host: store.hostname, fix });
  }
  return found;
}

/** Warns of each in the log. */
export function warnOfPlainConnections(
  config: Pick<Config, "databaseUrl" | "assets">,
  logger: Logger,
): void {
  for (const { setting, host, fix } of findPlainConnections(config)) {
    logger.warn({ setting, host, fix }, "A connection to another machine has no TLS");
  }
}

function leavesMachine(host: string): boolean {
  return host !== "" && !host.startsWith("%2F") && !isLoopbackHost(host);
}
