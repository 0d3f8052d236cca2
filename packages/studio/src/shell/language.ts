// Switching the language: the whole page is rendered anew, and drafts stay, since they are kept in the browser.

import { createStore } from "../data/store.ts";
import { loadErrorWords } from "../words/errors.ts";
import { getLocale, languageTag, setLocale } from "../words/locale.ts";
import type { Locale } from "../words/locale.ts";

/** The language in force. */
export const locale = createStore<Locale>(getLocale());

/** Chooses a language for this browser. */
export function chooseLocale(choice: Locale): void {
  setLocale(choice);
  showLanguage();
  void loadErrorWords();
  locale.set(choice);
}

/** Tells the browser which language the page is in. */
export function showLanguage(): void {
  document.documentElement.lang = languageTag();
}
