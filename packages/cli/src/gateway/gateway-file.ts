// Finding a gateway that runs already: the file it leaves in its data folder, and whether it answers.

import { readFile } from "node:fs/promises";
import path from "node:path";

import { GatewayClient } from "@jimeng/gateway/api";

/** Where a running gateway listens, and the key that only this user can read. */
export interface RunningGateway {
  url: string;
  adminKey: string;
  /** Tells whether its upstream is the built-in simulator. */
  isSimulated: boolean;
}

// A gateway on this machine answers in milliseconds; one that does not is gone or stuck.
const healthTimeoutMs = 2000;

/** Reads `gateway.json` of a data folder; undefined when there is none or it is not readable. */
export async function readGatewayFile(dataDir: string): Promise<RunningGateway | undefined> {
  const text = await readFile(path.join(dataDir, "gateway.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const value = parseObject(text);
  const { url, admin_key: adminKey, mode } = value ?? {};
  if (typeof url !== "string" || typeof adminKey !== "string" || !URL.canParse(url))
    return undefined;
  return { url, adminKey, isSimulated: mode === "simulator" };
}

/** Gives the gateway that runs on a data folder, if it answers. A file left by a killed one is passed over. */
export async function findRunningGateway(dataDir: string): Promise<RunningGateway | undefined> {
  const running = await readGatewayFile(dataDir);
  if (running === undefined) return undefined;
  // Asked without the key: the port of a killed gateway may be somebody else's by now.
  const client = new GatewayClient({ baseUrl: running.url });
  const signal = AbortSignal.timeout(healthTimeoutMs);
  return (await client.isHealthy({ signal })) ? running : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    // Half a file means that its gateway is just starting.
    return undefined;
  }
}
