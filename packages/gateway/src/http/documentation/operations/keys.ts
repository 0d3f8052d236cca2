// The documentation of the routes of gateway keys.

import type { OperationTexts } from "../operation-text.ts";

/** Gateway keys. */
export const keyTexts: OperationTexts = {
  "GET /v1/keys": {
    id: "listKeys",
    description: "Lists the keys, those of JIMENG_API_KEYS first; their texts are never shown.",
  },
  "POST /v1/keys": {
    id: "createKey",
    description: "Makes a key. Its text is in this answer and nowhere else.",
    bodies: {
      phone: { name: "phone" },
      bot: { name: "bot", scopes: ["generate", "read"], models: ["jimeng-4.0"] },
    },
  },
  "GET /v1/keys/self": {
    id: "retrieveOwnKey",
    description: "The caller's own key: what it may do. Answered whatever else the key may do.",
  },
  "GET /v1/keys/{id}": { id: "retrieveKey", description: "A key by its id, revoked ones too." },
  "PATCH /v1/keys/{id}": {
    id: "updateKey",
    description: "Changes a key; what is left out stays, null takes a limit away.",
    bodies: { pause: { disabled: true }, limits: { models: ["jimeng-4.0"], expires_at: null } },
  },
  "POST /v1/keys/{id}/rotate": {
    id: "rotateKey",
    description: "Gives a key a new text; the old one may stay good for a while.",
    bodies: { atOnce: {}, withinAnHour: { keep_old_seconds: 3600 } },
  },
  "DELETE /v1/keys/{id}": {
    id: "revokeKey",
    description: "Revokes a key for good; its jobs stay.",
  },
  "POST /v1/sign-in": {
    id: "signIn",
    description:
      "Gives a browser a cookie for a key: HttpOnly, SameSite=Strict, Secure over https. It ends with the key, at a sign-out, and after JIMENG_SIGN_IN_DAYS. With it, requests that change something must come from the gateway's own page.",
    bodies: { browser: { key: "sk-jimeng-…" } },
  },
  "GET /v1/sign-in": {
    id: "retrieveSignIn",
    description: "Whether a key is needed, and whose the browser's cookie or the credential is.",
  },
  "DELETE /v1/sign-in": {
    id: "signOut",
    description: "Ends the browser's sign-in and removes its cookie.",
  },
};
