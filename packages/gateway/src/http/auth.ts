// Reads the caller from the headers: a gateway key, a browser's sign-in, a pass-through session or the local admin key.

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { JimengError, parseSession } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { Config } from "../config/config.ts";
import { Caller, callerScopes, ownerScopes, toKeyCaller } from "../keys/caller.ts";
import { endingOf, hashSecret, isMadeKey } from "../keys/key.ts";
import type { GatewayKey } from "../keys/key.ts";
import type { Keys } from "../keys/keys.ts";
import type { SignInHolder, SignIns } from "../keys/sign-ins.ts";
import { readSignInToken } from "./sign-in/cookie.ts";

type CallerConfig = Pick<Config, "apiKeys" | "requireKey" | "passthrough">;

/** Returns whether the settings make callers present a credential. */
export function needsCredential(config: CallerConfig): boolean {
  return config.passthrough || config.requireKey || config.apiKeys.length > 0;
}

/** Returns whether callers must present a credential now: as soon as a key was made, whatever the settings say. */
export function isCredentialNeeded(services: {
  config: CallerConfig;
  keys: Pick<Keys, "areNeeded">;
}): boolean {
  return needsCredential(services.config) || services.keys.areNeeded();
}

/** Returns the id that owns a credential's jobs: truncated SHA-256, one-way. */
export function toKeyId(kind: "key" | "session", credential: string): string {
  return `${kind}_${digest(`jimeng ${kind}:${credential}`).toString("hex").slice(0, 16)}`;
}

/** Reads the caller from the headers of a request; `address` is the client's. */
export type Authenticate = (
  headers: IncomingHttpHeaders,
  address?: string,
) => Caller | Promise<Caller>;

/**
 * Returns the function that reads the caller from the headers, with the keys that were made here. It throws as
 * `createAuthenticator` says, and `unauthorized` for a key that is not in force.
 */
export function createKeyAuthenticator(
  config: CallerConfig,
  adminKey: string,
  {
    keys,
    signIns,
    now,
  }: {
    keys: Pick<Keys, "areNeeded" | "refresh" | "find" | "findHash">;
    signIns: Pick<SignIns, "find">;
    now: () => number;
  },
): Authenticate {
  const authenticate = createAuthenticator(config, adminKey, () => keys.areNeeded());
  const toSignedIn = createSignInReader(config, adminKey, { keys, now });
  async function authenticateBrowser(token: string): Promise<Caller> {
    const signIn = await signIns.find(token);
    const caller = signIn && (await toSignedIn(signIn));
    if (caller !== undefined) return caller;
    throw new ServiceError("unauthorized", "This browser's sign-in has ended.", {
      fix: "Sign in again with a key.",
    });
  }
  const needsNow = (): boolean => needsCredential(config) || keys.areNeeded();
  const authenticateFresh = (headers: IncomingHttpHeaders): Caller | Promise<Caller> => {
    const token = readSignInToken(headers);
    if (token !== undefined && headers.authorization === undefined && needsNow()) {
      if (readCredential(headers) === undefined) return authenticateBrowser(token);
    }
    const credential = keys.areNeeded() ? readCredential(headers) : undefined;
    // With pass-through a bearer is a session, never a key.
    if (credential === undefined || config.passthrough || !isMadeKey(credential)) {
      return authenticate(headers);
    }
    return keys.find(credential).then((key) => {
      if (key === undefined) return authenticate(headers);
      refuseEnded(key, now());
      return toKeyCaller(key);
    });
  };
  return (headers) => {
    // Another node may have made the first key: nobody passes as the owner by what was known before.
    const reading = needsCredential(config) && !mayBeMade(headers) ? undefined : keys.refresh();
    return reading === undefined
      ? authenticateFresh(headers)
      : reading.then(() => authenticateFresh(headers));
  };
}

/** Tells whether a request presents what may be a key that was made here. */
function mayBeMade(headers: IncomingHttpHeaders): boolean {
  const credential = readCredential(headers);
  return credential !== undefined && isMadeKey(credential);
}

/** Returns the function that finds the caller of a sign-in; undefined where what it was made with is not in force. */
function createSignInReader(
  config: CallerConfig,
  adminKey: string,
  { keys, now }: { keys: Pick<Keys, "findHash">; now: () => number },
): (signIn: SignInHolder) => Promise<Caller | undefined> {
  const adminHash = hashSecret(adminKey);
  const configured = new Set(config.apiKeys.map(({ key }) => toKeyId("key", key)));
  return async ({ keyId, secretHash }) => {
    if (keyId === null) {
      return secretHash === adminHash ? new Caller(ownerScopes, null) : undefined;
    }
    // With pass-through no key is in force.
    if (config.passthrough) return undefined;
    if (secretHash === null) {
      return configured.has(keyId) ? new Caller(callerScopes, keyId) : undefined;
    }
    const key = await keys.findHash(secretHash);
    return key === undefined || endingOf(key, now()) !== undefined ? undefined : toKeyCaller(key);
  };
}

const endingWords = { revoked: "was revoked", disabled: "is disabled", expired: "has expired" };

/** Throws `unauthorized` for a key that is disabled, revoked or past its end. */
function refuseEnded(key: GatewayKey, now: number): void {
  const ending = endingOf(key, now);
  if (ending === undefined) return;
  throw new ServiceError("unauthorized", `This key ${endingWords[ending]}.`, {
    fix: "Ask the gateway's owner for another key, or to change this one.",
  });
}

/**
 * Returns the function that tells whether the holder of an id may still call: a configured key as long as it is
 * configured, a made one while it is neither revoked, disabled nor past its end. Null is the local user.
 */
export function createKeyCheck(
  config: Pick<CallerConfig, "apiKeys">,
  { keys, now }: { keys: Pick<Keys, "get">; now: () => number },
): (keyId: string | null) => Promise<boolean> {
  const configured = new Set(config.apiKeys.map(({ key }) => toKeyId("key", key)));
  return async (keyId) => {
    // Only keys are taken away; what a visitor's session made is the visitor's.
    if (keyId === null || !keyId.startsWith("key_") || configured.has(keyId)) return true;
    const made = await keys.get(keyId);
    return made !== undefined && endingOf(made, now()) === undefined;
  };
}

/**
 * Returns the function that reads the caller from the headers. It throws `unauthorized` with a fix where a
 * credential is needed and none, or a wrong one, is presented.
 */
export function createAuthenticator(
  config: CallerConfig,
  adminKey: string,
  areKeysNeeded: () => boolean = () => false,
): (headers: IncomingHttpHeaders) => Caller {
  const admin = digest(adminKey);
  const keys = config.apiKeys.map(({ key }) => ({ hash: digest(key), keyId: toKeyId("key", key) }));
  const local = new Caller(ownerScopes, null);
  return (headers) => {
    if (!needsCredential(config) && !areKeysNeeded()) return local;
    const credential = readCredential(headers);
    if (credential === undefined) {
      const message =
        headers.authorization === undefined
          ? "This gateway needs a credential and none was sent."
          : "The Authorization header holds no bearer credential.";
      throw new ServiceError("unauthorized", message, {
        fix: config.passthrough
          ? "Send your own session as Authorization: Bearer <session>."
          : "Send a gateway key as Authorization: Bearer <key>, or as x-api-key.",
      });
    }
    const hash = digest(credential);
    if (timingSafeEqual(hash, admin)) return local;
    if (config.passthrough) return toSessionCaller(credential);
    // Every key is compared, so that the time taken does not reveal which key was close.
    const found = keys.filter((key) => timingSafeEqual(key.hash, hash))[0];
    if (found !== undefined) return new Caller(callerScopes, found.keyId);
    throw new ServiceError("unauthorized", "The gateway does not know this key.", {
      fix: "Check the key; the owner finds the valid ones in JIMENG_API_KEYS and with jimeng keys list.",
    });
  };
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
      fix: "Send Authorization: Bearer <session>: the bare value of the sessionid cookie of the signed-in site, with us-, hk-, jp- or sg- before it outside China, and no proxy's address.",
    });
  }
}

/** Reads the credential of a request: a bearer, else `x-api-key`; undefined without one. */
export function readCredential(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer\s+(\S.*)$/i.exec(headers.authorization ?? "")?.[1]?.trim();
  if (bearer !== undefined) return bearer;
  const key = headers["x-api-key"];
  return typeof key === "string" && key !== "" ? key : undefined;
}

/** Finds the caller that the owner of stored work stands for. */
export type CallerLookup = (owner: {
  keyId: string | null;
  seesEverything: boolean;
}) => Promise<Caller | undefined>;

/**
 * Returns the function that finds the caller of stored work. It returns undefined for a key that is not in force, and
 * for a session, which only its owner brings.
 */
export function createCallerLookup({
  config,
  keys,
  now,
}: {
  config: CallerConfig;
  keys: Pick<Keys, "get">;
  now: () => number;
}): CallerLookup {
  const configured = new Set(config.apiKeys.map(({ key }) => toKeyId("key", key)));
  return async ({ keyId, seesEverything }) => {
    if (keyId === null) return new Caller(ownerScopes, null, null, { seesEverything });
    if (configured.has(keyId)) return new Caller(callerScopes, keyId);
    const key = await keys.get(keyId);
    return key === undefined || endingOf(key, now()) !== undefined ? undefined : toKeyCaller(key);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
