// Puts the model's own id into bodies that name it by one of the owner's aliases.

import type { FastifyInstance, preValidationHookHandler } from "fastify";

/** Replaces aliases in the field `model` of every body, before the routes read it; what stands behind stays. */
export function replaceModelAliases(
  app: FastifyInstance,
  aliases: ReadonlyMap<string, string>,
): void {
  if (aliases.size === 0) return;
  const replace: preValidationHookHandler = (request, _reply, done) => {
    const body: unknown = request.body;
    if (typeof body === "object" && body !== null && "model" in body) {
      const { model } = body;
      if (typeof model === "string") body.model = withOwnId(model, aliases);
    }
    done();
  };
  // Before the validation, whose normalization may depend on the model, and once more for forms, which are read then.
  app.addHook("preValidation", replace);
  app.addHook("preHandler", replace);
}

// Chats write size and resolution behind the name: gpt-image-1:16x9@2k.
const nameAndRest = /^([^:@]*)([:@].*)?$/s;

function withOwnId(model: string, aliases: ReadonlyMap<string, string>): string {
  const [, name = "", rest = ""] = nameAndRest.exec(model.trim()) ?? [];
  const id = aliases.get(name.toLowerCase());
  return id === undefined ? model : `${id}${rest}`;
}
