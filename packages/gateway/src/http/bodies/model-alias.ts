// Puts the model's own id into bodies that name it by one of the owner's aliases.

import type { FastifyInstance, preValidationHookHandler } from "fastify";

import { replaceModelAlias } from "../../shapes/model-alias.ts";

/** Replaces aliases in the field `model` of every body, before the routes read it; what stands behind stays. */
export function replaceModelAliases(
  app: FastifyInstance,
  aliases: ReadonlyMap<string, string>,
): void {
  if (aliases.size === 0) return;
  const replace: preValidationHookHandler = (request, _reply, done) => {
    replaceModelAlias(request.body, aliases);
    done();
  };
  // Before the validation, whose normalization may depend on the model, and once more for forms, which are read then.
  app.addHook("preValidation", replace);
  app.addHook("preHandler", replace);
}
