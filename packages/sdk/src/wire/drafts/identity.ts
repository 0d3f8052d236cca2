// Makes the ids inside a draft: derived from the submit id, so that posting a start again posts the same draft.

import { createHash } from "node:crypto";

/** Makes a source of uuids (version 4 form, generate.md [C]) that returns the same ids for the same submit id. */
export function createIdSource(submitId: string): () => string {
  let counter = 0;
  return () => {
    counter += 1;
    const hex = createHash("sha256").update(`${submitId}/${counter}`).digest("hex");
    const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4] ?? "8";
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
}
