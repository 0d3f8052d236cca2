// The file gateway.json: how other programs of the same user find the running gateway and its keys.

import { randomBytes, randomUUID } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { openPrivate } from "../private-files.ts";

/** The content of the file. */
export interface GatewayFile {
  url: string;
  /** The credential of this machine's user; a new one is made at each start. */
  admin_key: string;
  /** The key with which the gateway answers `GET /v1/gateway/proof`; never sent. */
  proof_key: string;
  pid: number;
  version: string;
  mode: string;
  /** The fingerprint of the accounts that it works for. */
  accounts: string;
  /** True for the gateway of a command, which ends with it and hands over to `jimeng serve`. */
  temporary: boolean;
}

/** The name of the file in a data folder. */
export const gatewayFile = "gateway.json";

const keyBytes = 24;

/** Makes one of the keys of the file. */
export function makeLocalKey(kind: "admin" | "proof"): string {
  return `jimeng-${kind}-${randomBytes(keyBytes).toString("base64url")}`;
}

/** Writes the file atomically, readable by its owner only. */
export async function writeGatewayFile(dataDir: string, content: GatewayFile): Promise<void> {
  const temporary = join(dataDir, `${gatewayFile}.${randomUUID()}`);
  try {
    const file = await openPrivate(temporary, "wx");
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    } finally {
      await file.close();
    }
    await rename(temporary, join(dataDir, gatewayFile));
  } catch (error) {
    // A full disk must not be filled further by each try to start.
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes the file unless another gateway has replaced it since. */
export async function removeGatewayFile(dataDir: string, adminKey: string): Promise<void> {
  const path = join(dataDir, gatewayFile);
  const text = await readFile(path, "utf8").catch(() => "");
  if (text.includes(JSON.stringify(adminKey))) await rm(path, { force: true });
}
