// Asks the terminal which pictures it can draw: kitty's, iTerm2's or sixel. A terminal that does not answer draws none.

import { setTimeout as sleep } from "node:timers/promises";

/** A way of drawing pictures. */
export type PictureProtocol = "kitty" | "iterm" | "sixel";

/** The terminal's input, as far as asking needs it. */
export interface TerminalInput {
  isTTY?: boolean;
  isRaw?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  off(event: "data", listener: (bytes: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The terminal of a command. */
export interface Terminal {
  input: TerminalInput;
  output: { isTTY?: boolean; write(text: string): unknown };
  /** Told of Ctrl-C, which a terminal sends as a character while it is asked. */
  onInterrupt: () => void;
}

// A picture of one pixel that is checked and not shown (kitty), the terminal's name and version (iTerm2 and those like it),
// and its abilities, which every terminal answers: so the end of the answers is known.
const question = "\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\\u001b[>q\u001b[c";
const escape = "\u001b";
const isKitty = `${escape}_Gi=31;OK${escape}\\`;
const nameOfTerminal = new RegExp(String.raw`${escape}P>\|(iTerm2|WezTerm|mintty)`, "i");
const abilities = new RegExp(String.raw`${escape}\[\?([\d;]*)c`);
const patienceMs = 300;
const controlC = "\u0003";
/** The number of sixel among the abilities of a terminal. */
const sixelAbility = "4";

/** Asks the terminal; undefined where it draws none or is no terminal. */
export async function askTerminal({
  input,
  output,
  onInterrupt,
}: Terminal): Promise<PictureProtocol | undefined> {
  if (!input.isTTY || !output.isTTY || input.setRawMode === undefined) return undefined;
  let answers = "";
  const isAnswered = Promise.withResolvers<void>();
  const listener = (bytes: Buffer): void => {
    answers += bytes.toString("latin1");
    if (answers.includes(controlC)) onInterrupt();
    if (abilitiesIn(answers) !== undefined) isAnswered.resolve();
  };
  const late = new AbortController();
  input.setRawMode(true);
  input.on("data", listener);
  input.resume();
  try {
    output.write(question);
    const timeout = sleep(patienceMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([isAnswered.promise, timeout]);
  } finally {
    late.abort();
    input.off("data", listener);
    input.setRawMode(false);
    input.pause();
  }
  return chooseProtocol(answers);
}

/** Chooses the best of what a terminal said. */
export function chooseProtocol(answers: string): PictureProtocol | undefined {
  if (answers.includes(isKitty)) return "kitty";
  if (nameOfTerminal.test(answers)) return "iterm";
  return abilitiesIn(answers)?.includes(sixelAbility) ? "sixel" : undefined;
}

function abilitiesIn(answers: string): string[] | undefined {
  return abilities.exec(answers)?.[1]?.split(";");
}
