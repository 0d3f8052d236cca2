// What a reader does not see in a text is taken out before a terminal gets it, or written as an escape.

// Control characters and line separators steer the terminal; marks that turn the reading direction can make a line say
// something else than it does (Unicode TR 36).
const steering = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u206F\uFFF9-\uFFFB]+/gu;
// What draws nothing makes two names look the same. The joiner inside an emoji and the choice of a glyph are drawn.
const invisible =
  /(?<!\p{Extended_Pictographic}(?:\p{Variation_Selector}|\p{Emoji_Modifier})?)\u200D|(?!\u200D|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}/gu;

/** Takes out what a reader does not see: prompts and messages come from elsewhere and must not steer the terminal. */
export function harmless(text: string): string {
  return text.replace(steering, " ").replace(invisible, "");
}

/** Writes the same characters as JSON's escapes: a program that reads the document gets the text unchanged. */
export function escaped(json: string): string {
  const toEscapes = (found: string) =>
    Array.from(
      { length: found.length },
      (_, index) => `\\u${found.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join("");
  return json.replace(steering, toEscapes).replace(invisible, toEscapes);
}
