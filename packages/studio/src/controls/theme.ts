// The colours of the page: light, dark, or as the system has them.

import { createStore } from "../data/store.ts";

const storageKey = "jimeng.theme";

/** The choices of colours. */
export const themes = ["auto", "light", "dark"] as const;

/** A choice of colours. */
export type Theme = (typeof themes)[number];

/** The choice in force. */
export const theme = createStore<Theme>(readTheme());

/** Shows the page in the colours that were chosen, and goes on doing so. */
export function applyTheme(root: HTMLElement): void {
  const show = (): void => {
    root.dataset["theme"] = theme.get();
  };
  show();
  theme.subscribe(show);
}

/** Chooses colours for this browser. */
export function chooseTheme(choice: Theme): void {
  localStorage.setItem(storageKey, choice);
  theme.set(choice);
}

function readTheme(): Theme {
  const stored = globalThis.localStorage?.getItem(storageKey);
  return themes.find((each) => each === stored) ?? "auto";
}
