// Gateway.json: how other programs of the same user find the running gateway and its admin key.

import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the file says. */
export interface GatewayFile {
  url: string;
  /** A credential for this machine's user; made anew at each start. */
  admin_key: string;
  pid: number;
  version: string;
  mode: string;
}

const fileName = "gateway.json";
const ownerOnly = 0o600;

/** Writes the file at once and whole, readable by its owner only. */
export async function writeGatewayFile(dataDir: string, content: GatewayFile): Promise<void> {
  const temporary = join(dataDir, `${fileName}.${randomUUID()}`);
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: ownerOnly });
  await rename(temporary, join(dataDir, fileName));
}

/** Removes the file if it still is the one of this admin key. */
export async function removeGatewayFile(dataDir: string, adminKey: string): Promise<void> {
  const path = join(dataDir, fileName);
  const text = await readFile(path, "utf8").catch(() => "");
  if (text.includes(JSON.stringify(adminKey))) await rm(path, { force: true });
}
