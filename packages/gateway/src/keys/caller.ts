// The caller of a request: what it may do, whose jobs and files it sees, and the session that it brought.

import type { Region } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";

/** What a route needs; every route declares one. */
export type Scope = "public" | "read" | "generate" | "admin";

const readScopes: ReadonlySet<Scope> = new Set(["public", "read"]);
const publicScope: ReadonlySet<Scope> = new Set(["public"]);

/** All scopes: those of this machine's user. */
export const ownerScopes: ReadonlySet<Scope> = new Set(["public", "read", "generate", "admin"]);

/** The scopes of a gateway key and of a caller's own session. */
export const callerScopes: ReadonlySet<Scope> = new Set(["public", "read", "generate"]);

/** A caller's own upstream session: its region, and its text with the region's prefix. */
export interface OwnSession {
  region: Region;
  text: string;
}

/** The sender of a request. */
export class Caller {
  /** The one-way fingerprint that owns the caller's jobs; null for the local user. */
  readonly keyId: string | null;
  /** True when the jobs and files of every caller are visible. */
  readonly seesEverything: boolean;
  readonly #scopes: ReadonlySet<Scope>;
  readonly #session: OwnSession | null;

  constructor(
    scopes: ReadonlySet<Scope>,
    keyId: string | null,
    session: OwnSession | null = null,
    seesEverything = scopes.has("admin"),
  ) {
    this.#scopes = scopes;
    this.keyId = keyId;
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

  /** Returns the caller's own upstream session; null without pass-through. */
  session(): OwnSession | null {
    return this.#session;
  }
}

/** A caller without a credential, on a route that needs none. */
export const anonymous: Caller = new Caller(publicScope, null);

/** The holder of a signed file URL: the signature already names the file, so its owner is not compared. */
export const signatureHolder: Caller = new Caller(readScopes, null, null, true);

/** Throws `forbidden` when the caller may not use routes of this scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.may(scope)) return;
  throw new ServiceError("forbidden", `This key may not use routes of the scope ${scope}.`, {
    fix: "Use the local admin key (gateway.json in the data folder), or ask the gateway's owner.",
  });
}
