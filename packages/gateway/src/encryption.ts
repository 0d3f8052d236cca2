// Encryption at rest: AES-256-GCM under a key derived from one secret.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";

import { openPrivate } from "./private-files.ts";

/** Encrypts and decrypts short texts, each bound to a name. */
export interface Sealer {
  /** Encrypts a text so that it only opens under the same name. */
  seal(text: string, name: string): string;
  /** Decrypts what `seal` returned. Throws `invalid_request` when the key is another or the text was changed. */
  open(sealed: string, name: string): string;
}

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const initialisationVectorBytes = 12;
const tagBytes = 16;
// The first byte of every encrypted text; a new derivation gets a new number, and old texts stay readable.
const keyVersion = 1;
const keyPurpose = "jimeng session at rest";
/** The file name of the generated secret in a data folder. */
export const secretFile = "secret.key";

/** Makes a sealer from a secret of any length (JIMENG_SECRET_KEY); HKDF-SHA256 derives the key. */
export function createSealer(secret: string): Sealer {
  const key = Buffer.from(hkdfSync("sha256", secret, "", keyPurpose, keyBytes));
  return {
    seal(text, name) {
      const vector = randomBytes(initialisationVectorBytes);
      const cipher = createCipheriv(algorithm, key, vector);
      cipher.setAAD(Buffer.from(name));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(keyVersion), vector, body, cipher.getAuthTag()]).toString(
        "base64",
      );
    },
    open(sealed, name) {
      const bytes = Buffer.from(sealed, "base64");
      const bodyAt = 1 + initialisationVectorBytes;
      if (bytes[0] !== keyVersion || bytes.length < bodyAt + tagBytes) throw unreadable();
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(1, bodyAt), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const body = bytes.subarray(bodyAt, -tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw unreadable(cause);
      }
    },
  };
}

/**
 * Returns the secret of a data folder: the file `secret.key` (mode 0600), made at first use. Only the process that owns
 * the folder calls this, so that it is never made twice at the same time.
 */
export async function readOrMakeSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, secretFile);
  const kept = await readFile(path, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  });
  if (kept !== "") return kept;
  // A crash must not leave half a key: the file is written under another name first.
  const temporary = `${path}.new`;
  const secret = randomBytes(keyBytes).toString("base64");
  const file = await openPrivate(temporary, "w");
  try {
    await file.writeFile(secret);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return secret;
}

const addressSecretBytes = 32;

/** Returns the secret that signs the addresses of files: derived from JIMENG_SECRET_KEY, else from the folder's own. */
export async function readAddressSecret(config: {
  secretKey: string | null;
  dataDir: string;
}): Promise<Buffer> {
  const secret = config.secretKey ?? (await readOrMakeSecret(config.dataDir));
  const derived = hkdfSync("sha256", secret, "", "jimeng signed file URLs", addressSecretBytes);
  return Buffer.from(derived);
}

function unreadable(cause?: unknown): JimengError {
  return new JimengError(
    "invalid_request",
    "A stored session cannot be decrypted with this secret key.",
    {
      cause,
      param: "JIMENG_SECRET_KEY",
      fix: "Start with the secret key that was in force when it was stored.",
    },
  );
}
