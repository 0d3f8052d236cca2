// The context that every command receives.

import type { Output } from "./terminal/output.ts";
import type { Words } from "./words/words.ts";

/** A set of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The output, language, environment and folder of a command. */
export interface Context {
  output: Output;
  /** The language of everything that is printed. */
  words: Words;
  environment: Environment;
  /** The folder that relative paths start from. */
  currentFolder: string;
}
