// The routes of signing in: a browser gives a key once and gets a cookie that no script can read.

import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { keyScopes, signInBodySchema, signInSchema } from "../../../api/keys.ts";
import type { SignInObject } from "../../../api/keys.ts";
import { ServiceError } from "../../../errors.ts";
import type { Caller } from "../../../keys/caller.ts";
import { isCredentialNeeded } from "../../auth.ts";
import type { Authenticate } from "../../auth.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { readSignInToken, writeSignInCookie } from "../../sign-in/cookie.ts";
import { toHolder } from "../../sign-in/holder.ts";
import { toOwnKey } from "./keys.ts";

const tags = ["keys"];
const msInDay = 86_400_000;
const msInSecond = 1000;

/** Registers the routes of signing in. They are public: whoever is not signed in must reach them. */
export function signInRoutes(
  services: Services,
  authenticate: Authenticate,
): FastifyPluginAsyncZod {
  const { signIns, now, config } = services;
  return async (app) => {
    app.post(
      "/v1/sign-in",
      {
        config: { scope: "public" },
        schema: {
          summary: "Sign a browser in with a key",
          tags,
          body: signInBodySchema,
          response: { 200: signInSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        if (!isCredentialNeeded(services)) return open;
        const { key } = request.body;
        const caller = await authenticate({ authorization: `Bearer ${key}` }, request.ip);
        if (caller.session() !== null) throw sessionRefused();
        request.caller = caller;
        const ends = now() + config.signInDays * msInDay;
        const expiresAt = Math.min(ends, caller.key?.expiresAt ?? ends);
        // Another sign-in of this browser ends with it.
        const before = readSignInToken(request.headers);
        if (before !== undefined) await signIns.remove(before);
        const token = await signIns.create({ ...toHolder(caller, key), expiresAt });
        setCookie(services, request, reply, { token, lifetimeMs: expiresAt - now() });
        return toSignedIn(services, caller, expiresAt);
      },
    );

    app.get(
      "/v1/sign-in",
      {
        config: { scope: "public" },
        schema: {
          summary: "Tell whether the browser is signed in",
          tags,
          response: { 200: signInSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        void reply.header("cache-control", "no-store");
        if (!isCredentialNeeded(services)) return open;
        try {
          const caller = await authenticate(request.headers, request.ip);
          request.caller = caller;
          const token = readSignInToken(request.headers);
          const signIn = token === undefined ? undefined : await signIns.find(token);
          return toSignedIn(services, caller, signIn?.expiresAt ?? null);
        } catch (error) {
          if (!(error instanceof ServiceError) || error.code !== "unauthorized") throw error;
          return { ...noOne, needed: true };
        }
      },
    );

    app.delete(
      "/v1/sign-in",
      {
        config: { scope: "public" },
        schema: {
          summary: "Sign the browser out",
          tags,
          response: { 200: signInSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const token = readSignInToken(request.headers);
        if (token !== undefined) {
          request.audit.keyId = (await signIns.find(token))?.keyId ?? null;
          await signIns.remove(token);
        }
        setCookie(services, request, reply, { token: "", lifetimeMs: 0 });
        return isCredentialNeeded(services) ? { ...noOne, needed: true } : open;
      },
    );
  };
}

const noOne: SignInObject = {
  object: "sign_in",
  needed: false,
  signed_in: false,
  key_id: null,
  key_name: null,
  scopes: [],
  expires_at: null,
};

const open: SignInObject = { ...noOne, scopes: [...keyScopes] };

function toSignedIn(services: Services, caller: Caller, expiresAt: number | null): SignInObject {
  const { id, name, scopes } = toOwnKey(services, caller);
  return {
    object: "sign_in",
    needed: true,
    signed_in: true,
    key_id: id,
    key_name: name,
    scopes,
    expires_at: expiresAt === null ? null : Math.floor(expiresAt / msInSecond),
  };
}

function setCookie(
  { config }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: { token: string; lifetimeMs: number },
): void {
  const header = writeSignInCookie(request.headers.host, {
    ...cookie,
    isSecure: isSecure(request, config.publicUrl),
  });
  void reply.headers({ "set-cookie": header, "cache-control": "no-store" });
}

/** Tells whether the browser speaks https with us. A false claim only makes it refuse the cookie. */
function isSecure({ headers, protocol }: FastifyRequest, publicUrl: string | null): boolean {
  const forwarded = [headers["x-forwarded-proto"]].flat()[0]?.split(",")[0]?.trim();
  if (forwarded !== undefined) return forwarded === "https";
  if (protocol === "https") return true;
  if (publicUrl === null) return false;
  const { protocol: scheme, host } = new URL(publicUrl);
  return scheme === "https:" && host === headers.host;
}

function sessionRefused(): ServiceError {
  return new ServiceError(
    "invalid_request",
    "A session is no key: the gateway keeps no visitor's.",
    {
      param: "key",
      fix: "With JIMENG_PASSTHROUGH every request brings its session as Authorization: Bearer <session>.",
    },
  );
}
