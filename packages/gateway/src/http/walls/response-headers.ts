// Adds the headers that tell browsers what they may do with an answer. Pages replace the policy by their own.

import type { FastifyInstance } from "fastify";

/** Those of helmet's headers that matter here; made once, because its plugin makes them anew for each answer. */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "origin-agent-cluster": "?1",
  // The address of a file may carry a signature: no page that it is opened from may pass it on.
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Adds the headers to every answer. Not cross-origin-resource-policy: chat programs show pictures by their signed
 * addresses in pages of their own. Not strict-transport-security: only the owner's proxy knows whether everything on
 * its host speaks https.
 */
export function protectAnswers(app: FastifyInstance): void {
  app.addHook("onRequest", (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}
