// The secrets of a gateway: from the settings, or from a file in the data folder that is made at first use.

import { hkdfSync, randomBytes } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { openPrivate, syncFolder } from "../private-files.ts";
import type { SecretKeys } from "./sealer.ts";

/** Where the secrets come from. */
export interface SecretSettings {
  /** The folder of the file, where no setting gives a secret. */
  dataDir: string;
  /** The secret of the settings (JIMENG_SECRET_KEY). */
  secretKey?: string | null | undefined;
  /** An earlier secret of the settings (JIMENG_PREVIOUS_SECRET_KEY). */
  previousSecretKey?: string | null | undefined;
}

const keyBytes = 32;
/** The file name of the generated secret in a data folder. */
export const secretFile = "secret.key";

/**
 * Returns the secrets in force. Without a setting they are in the file `secret.key` (mode 0600), which is made here; only
 * the process that owns the folder calls this, so that it is never made twice at the same time. With a setting the
 * file's secret still opens what was stored before there was one.
 */
export async function readSecretKeys(settings: SecretSettings): Promise<SecretKeys> {
  const { dataDir, secretKey, previousSecretKey } = settings;
  const kept = await readSecretFile(dataDir);
  const earlier = [previousSecretKey ?? null, ...(kept?.previous ?? [])];
  if (typeof secretKey === "string") {
    return toKeys(secretKey, [...earlier, kept?.current ?? null]);
  }
  if (kept !== undefined) return toKeys(kept.current, earlier);
  const made = makeSecret();
  await writeSecretFile(dataDir, { current: made, previous: [] });
  return toKeys(made, earlier);
}

function toKeys(current: string, earlier: readonly (string | null)[]): SecretKeys {
  const previous = earlier.filter((secret) => secret !== null && secret !== current);
  return { current, previous: [...new Set(previous as string[])] };
}

/** Makes a new random secret. */
export function makeSecret(): string {
  return randomBytes(keyBytes).toString("base64");
}

/** Reads the secrets of a data folder's file; undefined where there is none. */
export async function readSecretFile(dataDir: string): Promise<SecretKeys | undefined> {
  const text = await readFile(join(dataDir, secretFile), "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  });
  if (text === "") return undefined;
  // One secret stands there as it is; several are JSON, while a rotation is not complete.
  if (!text.startsWith("{")) return { current: text, previous: [] };
  try {
    return JSON.parse(text) as SecretKeys;
  } catch {
    throw new JimengError("invalid_request", `The file ${secretFile} of ${dataDir} is damaged.`, {
      param: "JIMENG_DATA_DIR",
      fix: "Restore it from a backup; nothing that is encrypted can be read without it.",
    });
  }
}

/** Writes the secrets of a data folder's file in one step that survives power loss. */
export async function writeSecretFile(dataDir: string, keys: SecretKeys): Promise<void> {
  const path = join(dataDir, secretFile);
  // A crash must not leave half a key: the file is written under another name first.
  const temporary = `${path}.new`;
  const file = await openPrivate(temporary, "w");
  try {
    await file.writeFile(keys.previous.length === 0 ? keys.current : JSON.stringify(keys));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dataDir);
}

const addressSecretBytes = 32;

/** Returns the secret that signs the addresses of files: derived from the current secret of the settings or the folder. */
export async function readAddressSecret(settings: SecretSettings): Promise<Buffer> {
  const { current } = await readSecretKeys(settings);
  const derived = hkdfSync("sha256", current, "", "jimeng signed file URLs", addressSecretBytes);
  return Buffer.from(derived);
}
