// Measures and cuts text on a terminal: Chinese and other full-width characters take two columns.

// The blocks that terminals draw in two columns (Unicode East Asian Width W and F, and emoji).
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}])/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Counts the columns that a line of text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += columnsOf(segment);
  return width;
}

/** Cuts a text to at most `columns`, with an ellipsis where text was cut; line breaks become spaces. */
export function fitText(text: string, columns: number): string {
  const line = text.replace(/[\r\n\t]+\s*/gu, " ").trim();
  if (displayWidth(line) <= columns) return line;
  let width = 0;
  let fitted = "";
  for (const { segment } of segmenter.segment(line)) {
    width += columnsOf(segment);
    if (width > columns - 1) break;
    fitted += segment;
  }
  return `${fitted}…`;
}

function columnsOf(segment: string): number {
  return wide.test(segment) ? 2 : 1;
}

/** Pads a text with spaces up to `columns`. */
export function padText(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}
