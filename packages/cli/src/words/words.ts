// Chooses the language of the command by the locale: every sentence it prints exists in English and in Chinese.

import { chinese } from "./chinese.ts";
import { english } from "./english.ts";
import type { Translation } from "./translation.ts";

/** Every sentence of the command in one language. */
export type Words = Translation<typeof english>;

/** A sentence that is put into words where it is printed; what the gateway says is a string already. */
export type Text = string | ((words: Words) => string);

/** Returns a text in these words. */
export function say(text: Text, words: Words): string {
  return typeof text === "string" ? text : text(words);
}

/** Returns a text in English, for stacks and logs. */
export function inEnglish(text: Text): string {
  return say(text, english);
}

/** Returns the code of the language of these words. */
export function languageOf(words: Words): "en" | "zh" {
  return words === chinese ? "zh" : "en";
}

/** Chooses the language as other programs do: LC_ALL, else LC_MESSAGES, else LANG; English unless one says zh. */
export function wordsFor(environment: Readonly<Record<string, string | undefined>>): Words {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((value) => value !== undefined && value !== "");
  // Windows and macOS have no such variables in the usual windows; Node knows what the user chose there.
  const isUnset = locale === undefined && ["win32", "darwin"].includes(process.platform);
  const chosen = isUnset ? Intl.DateTimeFormat().resolvedOptions().locale : (locale ?? "");
  return /^zh([-_.@]|$)/i.test(chosen) ? chinese : english;
}
