// Who calls and what they may do: scopes, gateway keys, pass-through sessions, the local admin key.

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { JimengError, parseSession } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { Config } from "../config/config.ts";

/** Names what a route needs; every route declares one. */
export type Scope = "public" | "read" | "generate" | "admin";

const everything: ReadonlySet<Scope> = new Set(["public", "read", "generate", "admin"]);
const callerScopes: ReadonlySet<Scope> = new Set(["public", "read", "generate"]);
const readOnly: ReadonlySet<Scope> = new Set(["public", "read"]);
const publicOnly: ReadonlySet<Scope> = new Set(["public"]);

/** The caller's own upstream session: where it belongs, and its text with the region's prefix. */
export interface OwnSession {
  region: Region;
  text: string;
}

/** Whoever sent a request. */
export class Caller {
  /** The one-way fingerprint that owns the caller's jobs; null for the local user. */
  readonly keyId: string | null;
  /** Tells whether everybody's jobs and files are visible. */
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

  /** Tells whether a job or file of this owner is the caller's to see. */
  maySee(keyId: string | null): boolean {
    return this.seesEverything || this.keyId === keyId;
  }

  /** Gives the owner that lists are narrowed to; undefined means everybody's. */
  listKeyId(): string | null | undefined {
    return this.seesEverything ? undefined : this.keyId;
  }

  /** Gives the caller's own upstream session (pass-through only). */
  session(): OwnSession | null {
    return this.#session;
  }
}

/** A caller who presented nothing, on a route that asks for nothing. */
export const anonymous: Caller = new Caller(publicOnly, null);

/** Whoever holds a signed file URL: the signature already says which file, so the owner is not asked. */
export const signatureHolder: Caller = new Caller(readOnly, null, null, true);

/** Tells whether callers must present a credential. */
export function needsCredential(config: Pick<Config, "apiKeys" | "passthrough">): boolean {
  return config.passthrough || config.apiKeys.length > 0;
}

/** Derives the id that owns a credential's jobs: truncated SHA-256, one-way. */
export function toKeyId(kind: "key" | "session", credential: string): string {
  return `${kind}_${digest(`jimeng ${kind}:${credential}`).toString("hex").slice(0, 16)}`;
}

/**
 * Makes the function that tells the caller from the headers. It throws `unauthorized` with a fix where a
 * credential is needed and none, or a wrong one, is presented.
 */
export function createAuthenticator(
  config: Pick<Config, "apiKeys" | "passthrough">,
  adminKey: string,
): (headers: IncomingHttpHeaders) => Caller {
  const admin = digest(adminKey);
  const keys = config.apiKeys.map(({ key }) => ({ hash: digest(key), keyId: toKeyId("key", key) }));
  const local = new Caller(everything, null);
  return (headers) => {
    if (!needsCredential(config)) return local;
    const credential = readCredential(headers);
    if (credential === undefined) {
      throw new ServiceError("unauthorized", "This gateway needs a credential and none was sent.", {
        fix: config.passthrough
          ? "Send your own session as Authorization: Bearer <session>."
          : "Send a gateway key as Authorization: Bearer <key>, or as x-api-key.",
      });
    }
    const hash = digest(credential);
    if (timingSafeEqual(hash, admin)) return local;
    if (config.passthrough) return toSessionCaller(credential);
    // Every key is compared, so that the time does not tell which one was nearly right.
    const found = keys.filter((key) => timingSafeEqual(key.hash, hash))[0];
    if (found !== undefined) return new Caller(callerScopes, found.keyId);
    throw new ServiceError("unauthorized", "The gateway does not know this key.", {
      fix: "Check the key; the owner finds the valid ones in JIMENG_API_KEYS.",
    });
  };
}

/** Throws `forbidden` when the caller may not use routes of this scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.may(scope)) return;
  throw new ServiceError("forbidden", `This key may not use routes of the scope ${scope}.`, {
    fix: "Use the local admin key (gateway.json in the data folder), or ask the gateway's owner.",
  });
}

function toSessionCaller(credential: string): Caller {
  try {
    // Existing clients send several sessions, comma separated; the first one is used.
    const text = (credential.split(",")[0] ?? "").trim();
    const { region, session } = parseSession(text);
    return new Caller(callerScopes, toKeyId("session", `${region}:${session}`), { region, text });
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    throw new ServiceError("unauthorized", "The bearer is not an upstream session.", {
      fix: "Send the sessionid cookie of the signed-in site, with us-, hk-, jp- or sg- before it outside China.",
    });
  }
}

/** Reads the credential that a caller presents: a bearer, else `x-api-key`. */
export function readCredential(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.authorization ?? "")?.[1]?.trim();
  if (bearer !== undefined) return bearer;
  const key = headers["x-api-key"];
  return typeof key === "string" && key !== "" ? key : undefined;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
