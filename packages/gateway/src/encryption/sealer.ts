// Encryption at rest: AES-256-GCM under keys derived from secrets. What is stored names the key that sealed it, so that a
// secret can be replaced while its earlier one still opens what was stored before.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

import { JimengError } from "@jimeng/sdk";

/** Encrypts and decrypts short texts, each bound to the name of its record. */
export interface Sealer {
  /** Encrypts a text under the current key, so that it only opens under the same name. */
  seal(text: string, name: string): string;
  /**
   * Decrypts what `seal` returned. Throws `invalid_request` when no key opens it, the text was changed, or it belongs to
   * another name; the message names the record.
   */
  open(sealed: string, name: string): string;
  /** Tells whether a text was sealed under the current key. */
  isCurrent(sealed: string): boolean;
}

/** The secrets of a gateway: one that encrypts, and earlier ones that still decrypt. */
export interface SecretKeys {
  current: string;
  previous: readonly string[];
}

/** The names of the records that are stored encrypted. */
export const recordNames = {
  session: (account: string) => account,
  proxy: (account: string) => `${account} proxy`,
  webhook: (id: string) => `webhook ${id}`,
} as const;

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const initialisationVectorBytes = 12;
const tagBytes = 16;
// The first byte of every encrypted text tells its form: the older one does not name its key.
const withoutKeyId = 1;
const withKeyId = 2;
const keyIdBytes = 4;
const keyPurpose = "jimeng session at rest";
const keyIdPurpose = "jimeng key id";

interface Key {
  key: Buffer;
  id: Buffer;
}

/** Makes a sealer from secrets of any length; HKDF-SHA256 derives the keys. */
export function createSealer(secrets: string | SecretKeys): Sealer {
  const { current, previous } =
    typeof secrets === "string" ? { current: secrets, previous: [] } : secrets;
  const currentKey = toKey(current);
  const keys = [currentKey, ...previous.map(toKey)];
  return {
    seal(text, name) {
      const vector = randomBytes(initialisationVectorBytes);
      const cipher = createCipheriv(algorithm, currentKey.key, vector);
      cipher.setAAD(Buffer.from(name));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      const head = [Buffer.of(withKeyId), currentKey.id, vector];
      return Buffer.concat([...head, body, cipher.getAuthTag()]).toString("base64");
    },

    open(sealed, name) {
      const { version, keyId, rest } = parse(sealed, name);
      const candidates = keyId === null ? keys : keys.filter(({ id }) => id.equals(keyId));
      if (candidates.length === 0) {
        throw unreadable(name, "it was encrypted with another secret key", fixKey);
      }
      for (const { key } of candidates) {
        const text = decrypt(rest, key, name);
        if (text !== undefined) return text;
      }
      throw version === withKeyId
        ? unreadable(name, "it was changed, or it belongs to another record", fixRecord)
        : unreadable(name, "the secret key is another, or the record was changed", fixKey);
    },

    isCurrent(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      const id = bytes.subarray(1, 1 + keyIdBytes);
      return bytes[0] === withKeyId && id.equals(currentKey.id);
    },
  };
}

function toKey(secret: string): Key {
  const derive = (purpose: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync("sha256", secret, "", purpose, bytes));
  return { key: derive(keyPurpose, keyBytes), id: derive(keyIdPurpose, keyIdBytes) };
}

interface Sealed {
  version: number;
  /** The id of the key that sealed it; null in the older form. */
  keyId: Buffer | null;
  /** Vector, body and tag. */
  rest: Buffer;
}

function parse(sealed: string, name: string): Sealed {
  const bytes = Buffer.from(sealed, "base64");
  const version = bytes[0] ?? 0;
  const restAt = version === withKeyId ? 1 + keyIdBytes : 1;
  const isWhole = bytes.length >= restAt + initialisationVectorBytes + tagBytes;
  if ((version !== withKeyId && version !== withoutKeyId) || !isWhole) {
    throw unreadable(name, "it is cut short or damaged", fixRecord);
  }
  return {
    version,
    keyId: version === withKeyId ? bytes.subarray(1, restAt) : null,
    rest: bytes.subarray(restAt),
  };
}

function decrypt(rest: Buffer, key: Buffer, name: string): string | undefined {
  const vector = rest.subarray(0, initialisationVectorBytes);
  const decipher = createDecipheriv(algorithm, key, vector, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(rest.subarray(-tagBytes));
  try {
    const body = rest.subarray(initialisationVectorBytes, -tagBytes);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    // GCM tells nothing but that it does not fit.
    return undefined;
  }
}

const storeAgain = "a session by jimeng login, a webhook's secret by jimeng webhooks rotate";
const fixKey = `Set JIMENG_SECRET_KEY, or JIMENG_PREVIOUS_SECRET_KEY, to the key it was stored with; where that is lost, store it again: ${storeAgain}.`;
const fixRecord = `Restore a backup, or store it again: ${storeAgain}.`;

function unreadable(name: string, reason: string, fix: string): JimengError {
  return new JimengError(
    "invalid_request",
    `The record "${name}" cannot be decrypted: ${reason}.`,
    {
      param: "JIMENG_SECRET_KEY",
      fix,
    },
  );
}
