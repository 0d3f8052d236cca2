// Owns what every command is given. Refuses to know any command.

import type { Output } from "./terminal/output.ts";

/** Is a set of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Is the world as a command sees it. */
export interface Context {
  output: Output;
  environment: Environment;
  /** Is where relative paths start. */
  currentFolder: string;
}
