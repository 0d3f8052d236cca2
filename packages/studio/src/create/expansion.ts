// A batch out of one text: one prompt on each line, and every choice of `{red|blue}` in it.

/** The most prompts of one batch. */
export const maxPrompts = 100;

const group = /\{([^{}]*\|[^{}]*)\}/;

// Beyond this nobody needs the exact number, and there are texts that stand for millions.
const mostCounted = 10_000;

/** Counts the prompts of a text, up to ten thousand. */
export function countPrompts(text: string): number {
  return expandPrompts(text, mostCounted).length;
}

/** Lists the prompts of a text, in its order; at most `most` of them. */
export function expandPrompts(text: string, most: number = maxPrompts): string[] {
  const found: string[] = [];
  for (const line of toLines(text)) {
    if (found.length >= most) break;
    expandLine(line, found, most);
  }
  return found;
}

function toLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function expandLine(line: string, found: string[], most: number): void {
  const match = group.exec(line);
  if (match === null) {
    const prompt = line.replaceAll(/\s+/g, " ").trim();
    if (prompt !== "" && found.length < most) found.push(prompt);
    return;
  }
  for (const choice of choicesOf(match)) {
    if (found.length >= most) return;
    expandLine(replace(line, match, choice), found, most);
  }
}

function choicesOf(match: RegExpExecArray): string[] {
  return (match[1] ?? "").split("|").map((choice) => choice.trim());
}

function replace(line: string, match: RegExpExecArray, choice: string): string {
  return line.slice(0, match.index) + choice + line.slice(match.index + match[0].length);
}
