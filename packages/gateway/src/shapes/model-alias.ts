// Puts the model's own id into a body that names it by one of the owner's aliases.

/** Replaces an alias in the field `model`; what stands behind it stays. */
export function replaceModelAlias(body: unknown, aliases: ReadonlyMap<string, string>): void {
  if (typeof body !== "object" || body === null || !("model" in body)) return;
  const { model } = body;
  if (typeof model === "string") body.model = withOwnId(model, aliases);
}

// Chats write size and resolution behind the name: gpt-image-1:16x9@2k.
const nameAndRest = /^([^:@]*)([:@].*)?$/s;

function withOwnId(model: string, aliases: ReadonlyMap<string, string>): string {
  const [, name = "", rest = ""] = nameAndRest.exec(model.trim()) ?? [];
  const id = aliases.get(name.toLowerCase());
  return id === undefined ? model : `${id}${rest}`;
}
