// What every command is given.

import type { Output } from "./terminal/output.ts";
import type { Words } from "./words/words.ts";

/** A set of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The world as a command sees it. */
export interface Context {
  output: Output;
  /** The language of everything that is printed. */
  words: Words;
  environment: Environment;
  /** Where relative paths start. */
  currentFolder: string;
}
