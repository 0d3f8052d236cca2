// Takes the host's theme and language over.

import type { HostContext } from "./host-context.ts";
import type { Words } from "./words.ts";

// A value of a host's variable: no addresses, so that no style can send anything anywhere.
const harmlessValue = /^(?!.*(?:url|image|src)\s*\()[^;{}<>]{1,200}$/i;

/** Applies a theme, the host's own colours and fonts, and the language. */
export function applyContext({ theme, styles }: HostContext, words: Words): void {
  const root = document.documentElement;
  if (theme !== undefined) root.dataset["theme"] = theme;
  root.lang = words.language;
  document.title = words.title;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (/^--[a-z0-9-]+$/.test(name) && typeof value === "string" && harmlessValue.test(value)) {
      root.style.setProperty(name, value);
    }
  }
}
