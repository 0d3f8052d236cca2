// Notices that the gateway serves a newer build of this page: asked when the gateway is back, and now and then.

import { gatewayUrl } from "../data/base.ts";
import { onReturn } from "../data/connection.ts";
import { createStore } from "../data/store.ts";

/** Whether a newer build is served. */
export const newerPage = createStore(false);

const askEveryMs = 30 * 60_000;

/** Returns the name of the script that a page starts with; undefined for a text without one. */
export function findScript(page: string): string | undefined {
  return /<script type="module"[^>]* src="([^"]+)"/.exec(page)?.[1]?.split("/").at(-1);
}

async function ask(own: string): Promise<void> {
  try {
    const headers = { accept: "text/html" };
    const answer = await fetch(`${gatewayUrl}/`, { headers, cache: "no-cache" });
    const served = answer.ok ? findScript(await answer.text()) : undefined;
    if (served !== undefined && served !== own) newerPage.set(true);
  } catch {
    // The gateway is away: asked when it is back.
  }
}

/** Begins to look for a newer build. */
export function watchForNewerPage(): void {
  const own = findScript(document.documentElement.outerHTML);
  // In development there is no build.
  if (own === undefined || own === "main.tsx") return;
  onReturn(() => void ask(own));
  setInterval(() => void ask(own), askEveryMs);
}
