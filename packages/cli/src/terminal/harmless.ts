// Removes or escapes invisible and control characters before a text reaches a terminal.

// Control characters and line separators steer the terminal; marks that turn the reading direction can make a line say
// something else than it does (Unicode TR 36).
const steering = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u206F\uFFF9-\uFFFB]+/gu;
// Invisible characters make two names look the same. The joiner inside an emoji and glyph variants stay: they are drawn.
const invisible =
  /(?<!\p{Extended_Pictographic}(?:\p{Variation_Selector}|\p{Emoji_Modifier})?)\u200D|(?!\u200D|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}/gu;

/** Removes invisible and control characters: prompts and messages of others must not control the terminal. */
export function harmless(text: string): string {
  return text.replace(steering, " ").replace(invisible, "");
}

/** Escapes the same characters for JSON: a program that reads the document gets the text unchanged. */
export function escaped(json: string): string {
  const toEscapes = (found: string) =>
    Array.from(
      { length: found.length },
      (_, index) => `\\u${found.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join("");
  return json.replace(steering, toEscapes).replace(invisible, toEscapes);
}
