// Adds the headers that tell browsers what they may do with an answer. Pages replace the policy by their own.

import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** Adds the headers to every answer. */
export async function protectAnswers(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: "deny" },
    // The address of a file may carry a signature: no page that it is opened from may pass it on.
    referrerPolicy: { policy: "no-referrer" },
    // Chat programs show pictures by their signed addresses in pages of their own.
    crossOriginResourcePolicy: false,
    crossOriginEmbedderPolicy: false,
    // Only the owner's proxy knows whether everything on its host speaks https.
    strictTransportSecurity: false,
  });
}
