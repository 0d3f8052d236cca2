// The gateway key: what it may do, its row, and the text that callers present.

import { createHash, randomBytes } from "node:crypto";

import type { KeyScope } from "../api/keys.ts";
import type { GatewayKeyTable } from "../database/migrations/schema.ts";

/** What a key may do; null means without a limit. */
export interface KeyRules {
  scopes: readonly KeyScope[];
  /** The models that its jobs may use. */
  models: readonly string[] | null;
  /** The accounts that may run its jobs. */
  accounts: readonly string[] | null;
  requestsPerMinute: number | null;
  parallelJobs: number | null;
  /** The bytes of its files and results together. */
  maxBytes: number | null;
  maxFiles: number | null;
  dailyCredits: number | null;
  monthlyCredits: number | null;
  /** The share of a budget from which on the holder is warned. */
  softLimitPercent: number;
  /** The form of pictures when a request names none. */
  responseFormat: "url" | "b64_json" | null;
  metadata: Readonly<Record<string, string>>;
}

/** What an owner may change of a key. Times are Unix milliseconds. */
export interface KeyChanges extends Partial<KeyRules> {
  name?: string;
  expiresAt?: number | null;
  disabled?: boolean;
}

/** A key that was made here. Times are Unix milliseconds. */
export interface GatewayKey extends KeyRules {
  id: string;
  name: string;
  hint: string;
  disabled: boolean;
  expiresAt: number | null;
  /** When the text before the last rotation ends. */
  previousUntil: number | null;
  createdAt: number;
  updatedAt: number;
  rotatedAt: number | null;
  revokedAt: number | null;
}

/** Returns why a key may not be used; undefined while it is in force. */
export function endingOf(
  { disabled, expiresAt, revokedAt }: Pick<GatewayKey, "disabled" | "expiresAt" | "revokedAt">,
  now: number,
): "revoked" | "disabled" | "expired" | undefined {
  if (revokedAt !== null) return "revoked";
  if (disabled) return "disabled";
  return expiresAt !== null && expiresAt <= now ? "expired" : undefined;
}

const defaultSoftLimitPercent = 80;

/** The rules of a key for which none are named. */
export const defaultRules: KeyRules = {
  scopes: ["read", "generate"],
  models: null,
  accounts: null,
  requestsPerMinute: null,
  parallelJobs: null,
  maxBytes: null,
  maxFiles: null,
  dailyCredits: null,
  monthlyCredits: null,
  softLimitPercent: defaultSoftLimitPercent,
  responseFormat: null,
  metadata: {},
};

// The beginning by which people and secret scanners recognise a key; clients of OpenAI expect `sk-`.
const prefix = "sk-jimeng-";
const secretBytes = 32;
const hintLength = 4;

/** Tells whether a text may be a key that was made here. */
export function isMadeKey(text: string): boolean {
  return text.startsWith(prefix);
}

/** A new text of a key, and what is stored of it. */
export interface NewSecret {
  text: string;
  hash: string;
  hint: string;
}

/** Makes the text of a key: 256 random bits after a recognisable prefix. */
export function makeSecret(): NewSecret {
  const text = prefix + randomBytes(secretBytes).toString("base64url");
  return { text, hash: hashSecret(text), hint: text.slice(-hintLength) };
}

/** Returns the SHA-256 of a presented text, in hexadecimal digits. */
export function hashSecret(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Reads a row of `gateway_keys`. */
export function parseKeyRow(row: GatewayKeyTable): GatewayKey {
  return {
    ...defaultRules,
    ...(JSON.parse(row.rules) as Partial<KeyRules>),
    id: row.id,
    name: row.name,
    hint: row.hint,
    disabled: row.disabled !== 0,
    expiresAt: row.expires_at,
    previousUntil: row.previous_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    rotatedAt: row.rotated_at,
    revokedAt: row.revoked_at,
  };
}

/** Returns the rules of a key as they are stored. */
export function toRulesText(key: KeyRules): string {
  const names = Object.keys(defaultRules) as (keyof KeyRules)[];
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, key[name]])));
}
