// The caller of a request: what it may do, whose jobs and files it sees, and the session that it brought.

import type { Region } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { GatewayKey } from "./key.ts";

/**
 * What a route needs; every route declares one. `self` is for every caller with a credential; `account` is for what concerns a whole account: its credits, their
 * movements, the daily claim and the import of its history.
 */
export type Scope = "public" | "self" | "read" | "generate" | "account" | "admin";

const readScopes: ReadonlySet<Scope> = new Set(["public", "read"]);
const publicScope: ReadonlySet<Scope> = new Set(["public"]);

/** All scopes: those of this machine's user. */
export const ownerScopes: ReadonlySet<Scope> = new Set([
  "public",
  "self",
  "read",
  "generate",
  "account",
  "admin",
]);

/** The scopes of a key that a setting names, and of a caller's own session. */
export const callerScopes: ReadonlySet<Scope> = new Set([
  "public",
  "self",
  "read",
  "generate",
  "account",
]);

/** A caller's own upstream session: its region, and its text with the region's prefix. */
export interface OwnSession {
  region: Region;
  text: string;
}

/** What is known of a caller besides its scopes and its id. */
export interface CallerOptions {
  /** Default: whether it may use the routes of the scope admin. */
  seesEverything?: boolean;
  key?: GatewayKey | null;
}

/** The sender of a request. */
export class Caller {
  /** The id that owns the caller's jobs: a key's, or a one-way fingerprint; null for the local user. */
  readonly keyId: string | null;
  /** The key that was made here and limits the caller; null for every other caller. */
  readonly key: GatewayKey | null;
  /** True when the jobs and files of every caller are visible. */
  readonly seesEverything: boolean;
  readonly #scopes: ReadonlySet<Scope>;
  readonly #session: OwnSession | null;

  constructor(
    scopes: ReadonlySet<Scope>,
    keyId: string | null,
    session: OwnSession | null = null,
    { seesEverything = scopes.has("admin"), key = null }: CallerOptions = {},
  ) {
    this.#scopes = scopes;
    this.keyId = keyId;
    this.key = key;
    this.seesEverything = seesEverything;
    this.#session = session;
  }

  /** Tells whether the caller may use routes of this scope. */
  may(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  /** Tells whether the caller may see a job or file of this owner. */
  maySee(keyId: string | null): boolean {
    return this.seesEverything || this.keyId === keyId;
  }

  /** Returns the owner that lists are narrowed to; undefined for all owners. */
  listKeyId(): string | null | undefined {
    return this.seesEverything ? undefined : this.keyId;
  }

  /** Tells whether the caller's jobs may use a model. */
  mayUseModel(model: string): boolean {
    return this.key?.models?.includes(model) ?? true;
  }

  /** Tells whether an account may run the caller's jobs. */
  mayUseAccount(name: string): boolean {
    return this.key?.accounts?.includes(name) ?? true;
  }

  /** Returns the caller's own upstream session; null without pass-through. */
  session(): OwnSession | null {
    return this.#session;
  }
}

/** A caller without a credential, on a route that needs none. */
export const anonymous: Caller = new Caller(publicScope, null);

/** The holder of a signed file URL: the signature already names the file, so its owner is not compared. */
export const signatureHolder: Caller = new Caller(readScopes, null, null, {
  seesEverything: true,
});

/** Returns the holder of a key that was made here; the scope admin brings all others. */
export function toKeyCaller(key: GatewayKey): Caller {
  const scopes = key.scopes.includes("admin")
    ? ownerScopes
    : new Set<Scope>(["public", "self", ...key.scopes]);
  return new Caller(scopes, key.id, null, { key });
}

/** Throws `forbidden` when the caller may not use routes of this scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.may(scope)) return;
  throw new ServiceError("forbidden", `This key may not use routes of the scope ${scope}.`, {
    fix: "Use the local admin key (gateway.json in the data folder), or ask the gateway's owner.",
  });
}
