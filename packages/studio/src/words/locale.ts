// The language of the page: what the person chose, else what the browser prefers. Compiled messages ask here.

const storageKey = "jimeng.locale";

/** The languages of the page. */
export const locales = ["en", "zh"] as const;

/** A language of the page. */
export type Locale = (typeof locales)[number];

let current: Locale | undefined;

/** Returns the language in force. */
export function getLocale(): Locale {
  return (current ??= readChoice() ?? preferredLocale(globalThis.navigator?.languages ?? []));
}

/** Chooses a language for this browser; whoever shows texts has to render anew. */
export function setLocale(locale: Locale): void {
  current = locale;
  globalThis.localStorage?.setItem(storageKey, locale);
}

/** Returns the language tag for `lang` and Intl. */
export function languageTag(locale: Locale = getLocale()): string {
  return locale === "zh" ? "zh-CN" : "en";
}

/** Returns the first of the browser's languages that the page has; English without one. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const found = locales.find((locale) => language.toLowerCase().split("-")[0] === locale);
    if (found !== undefined) return found;
  }
  return "en";
}

/** Makes a message of its texts: the one in the language in force is used. */
export function say<Inputs>(
  en: (inputs: Inputs) => string,
  zh: (inputs: Inputs) => string,
): (inputs: Inputs) => string {
  return (inputs) => (getLocale() === "zh" ? zh : en)(inputs);
}

const rules = new Map<string, Intl.PluralRules>();

/** Returns the plural category of a count, such as `one`. */
export function plural(locale: string, count: unknown): Intl.LDMLPluralRule {
  const known = rules.get(locale) ?? new Intl.PluralRules(locale);
  rules.set(locale, known);
  return known.select(Number(count));
}

function readChoice(): Locale | undefined {
  const stored = globalThis.localStorage?.getItem(storageKey);
  return locales.find((locale) => locale === stored);
}
