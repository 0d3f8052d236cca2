// Reads the caller from the headers: a gateway key, a pass-through session or the local admin key.

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { JimengError, parseSession } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { Config } from "../config/config.ts";
import { Caller, callerScopes, ownerScopes } from "../keys/caller.ts";

/** Returns whether callers must present a credential. */
export function needsCredential(config: Pick<Config, "apiKeys" | "passthrough">): boolean {
  return config.passthrough || config.apiKeys.length > 0;
}

/** Returns the id that owns a credential's jobs: truncated SHA-256, one-way. */
export function toKeyId(kind: "key" | "session", credential: string): string {
  return `${kind}_${digest(`jimeng ${kind}:${credential}`).toString("hex").slice(0, 16)}`;
}

/**
 * Returns the function that reads the caller from the headers. It throws `unauthorized` with a fix where a
 * credential is needed and none, or a wrong one, is presented.
 */
export function createAuthenticator(
  config: Pick<Config, "apiKeys" | "passthrough">,
  adminKey: string,
): (headers: IncomingHttpHeaders) => Caller {
  const admin = digest(adminKey);
  const keys = config.apiKeys.map(({ key }) => ({ hash: digest(key), keyId: toKeyId("key", key) }));
  const local = new Caller(ownerScopes, null);
  return (headers) => {
    if (!needsCredential(config)) return local;
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
      fix: "Check the key; the owner finds the valid ones in JIMENG_API_KEYS.",
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

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
