// Finds a running gateway by the file in its data folder, and proves that it is the same one.

import { readFile } from "node:fs/promises";
import path from "node:path";

import { GatewayClient } from "@jimeng/gateway/api/client";

/** Where a running gateway listens, and the keys that only this user can read. */
export interface RunningGateway {
  url: string;
  adminKey: string;
  proofKey: string;
  /** True when its upstream is the built-in simulator. */
  isSimulated: boolean;
  /** The fingerprint of the accounts that it works for. */
  accounts: string;
  /** True for the gateway of a command, which ends with that command. */
  isTemporary: boolean;
}

// A gateway on this machine answers in milliseconds; one that does not is gone or stuck.
const proofTimeoutMs = 2000;

/** Reads `gateway.json` of a data folder; undefined when there is none or it is not readable. */
export async function readGatewayFile(dataDir: string): Promise<RunningGateway | undefined> {
  const text = await readFile(path.join(dataDir, "gateway.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const content = parseObject(text) ?? {};
  const { url, admin_key: adminKey, proof_key: proofKey, mode, accounts, temporary } = content;
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  if (typeof adminKey !== "string" || typeof proofKey !== "string") return undefined;
  return {
    url,
    adminKey,
    proofKey,
    isSimulated: mode === "simulator",
    accounts: typeof accounts === "string" ? accounts : "",
    isTemporary: temporary === true,
  };
}

/**
 * Returns the gateway that runs on a data folder, if it proves that the folder's `gateway.json` is its own. The file
 * of a killed gateway is ignored: another program may listen at its port by now and would receive the admin key.
 */
export async function findRunningGateway(dataDir: string): Promise<RunningGateway | undefined> {
  const running = await readGatewayFile(dataDir);
  if (running === undefined) return undefined;
  const withoutKey = new GatewayClient({ baseUrl: running.url });
  const signal = AbortSignal.timeout(proofTimeoutMs);
  return (await withoutKey.gateway.isProven(running, { signal })) ? running : undefined;
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
