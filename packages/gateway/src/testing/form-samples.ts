// Multipart forms and data URLs as clients send them. Imported by tests only.

/** One field: text, or bytes with a file's name. */
export type FormField = [string, string] | [string, Uint8Array, string];

/** Encodes a form as a client's own FormData does. */
export async function toForm(
  fields: readonly FormField[],
): Promise<{ headers: Record<string, string>; payload: Buffer }> {
  const form = new FormData();
  for (const [name, value, filename] of fields) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), filename);
  }
  const response = new Response(form);
  return {
    headers: { "content-type": response.headers.get("content-type") ?? "" },
    payload: Buffer.from(await response.arrayBuffer()),
  };
}

/** Writes bytes as a data URL. */
export function toDataUrl(bytes: Uint8Array, type = "image/png"): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}
