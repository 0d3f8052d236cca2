// Reads a secret that is pasted or piped in, without showing it: an argument would stay in the shell's history.

import type { ReadStream } from "node:tty";

/** The input to read from: a terminal, a pipe or a file. */
export type SecretInput = AsyncIterable<Buffer | string> &
  Partial<Pick<ReadStream, "isTTY" | "setRawMode">>;

const interrupt = "\u0003";
const endOfInput = "\u0004";
const backspaces = new Set(["\u007f", "\b"]);
// A terminal that knows them puts these around what is pasted, so that its line ends do not end the input.
const bracketsOn = "\u001b[?2004h";
const bracketsOff = "\u001b[?2004l";
const pasteBegin = "\u001b[200~";
const pasteEnd = "\u001b[201~";
const longest = 100_000;

/**
 * Reads until Enter on a terminal, with what is pasted counted as one piece; to the end of a pipe. Returns undefined on
 * Ctrl-C. `write` reaches the terminal.
 */
export async function readSecret(
  input: SecretInput,
  write: (text: string) => void,
): Promise<string | undefined> {
  if (input.isTTY !== true) return (await readAll(input)).trim();
  input.setRawMode?.(true);
  write(bracketsOn);
  try {
    return await readLine(input);
  } finally {
    input.setRawMode?.(false);
    write(`${bracketsOff}\n`);
  }
}

async function readAll(input: SecretInput): Promise<string> {
  let text = "";
  for await (const piece of input) {
    text += String(piece);
    if (text.length > longest) break;
  }
  return text;
}

async function readLine(input: SecretInput): Promise<string | undefined> {
  let text = "";
  let pending = "";
  let isPasting = false;
  for await (const piece of input) {
    pending += String(piece);
    while (pending !== "") {
      const bracket = isPasting ? pasteEnd : pasteBegin;
      if (pending.startsWith(bracket)) {
        isPasting = !isPasting;
        pending = pending.slice(bracket.length);
        continue;
      }
      // The rest of a bracket comes with the next piece.
      if (bracket.startsWith(pending)) break;
      const [character = ""] = pending;
      pending = pending.slice(character.length);
      if (isPasting) {
        text += character;
      } else if (character === interrupt) {
        return undefined;
      } else if (character === "\r" || character === "\n" || character === endOfInput) {
        return text.trim();
      } else if (backspaces.has(character)) {
        text = text.slice(0, -1);
      } else {
        text += character;
      }
      if (text.length > longest) return text;
    }
  }
  return text.trim();
}
