// The folder of a walk: what was started, the results, the report, and the recorded answers.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { JimengError } from "@jimeng/sdk";
import type { PostedStart } from "./step.ts";

/** Files in the folder of a walk. */
export interface Folder {
  path: string;
  /** Writes down a start with its ids, before it is posted and whenever more is known; on the disk when it returns. */
  writeStart(start: PostedStart): void;
  /** Saves a result; returns its name below the folder. */
  saveResult(name: string, bytes: Uint8Array): string;
  /** Writes a text that others may read; throws when it holds a secret. */
  writeText(name: string, text: string): void;
  /** Removes the folder again while there is nothing in it. */
  removeIfEmpty(): void;
}

/** The file that holds the ids of what was started; it is the owner's own. */
export const startsFile = "started.jsonl";

/** Makes the folder, readable for its owner only. Throws `invalid_request` for one that is not empty. */
export function makeFolder(path: string, holdsSecret: (text: string) => boolean): Folder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (readdirSync(path).length > 0) {
    throw new JimengError("invalid_request", `The folder ${path} is not empty.`, {
      fix: "Name an empty or a new folder.",
    });
  }
  return {
    path,
    writeStart({ step, submitId, historyId, taken, price }) {
      const at = new Date().toISOString();
      const line = { at, step, taken, submitId, historyId, estimated: price.credits };
      const file = openSync(join(path, startsFile), "a", 0o600);
      try {
        writeSync(file, `${JSON.stringify(line)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    saveResult(name, bytes) {
      const file = join("results", name);
      mkdirSync(join(path, "results"), { recursive: true, mode: 0o700 });
      writeFileSync(join(path, file), bytes, { mode: 0o600, flag: "wx" });
      return file;
    },
    writeText(name, text) {
      if (holdsSecret(text)) {
        throw new Error(`The file ${name} would hold the session and was not written.`);
      }
      mkdirSync(join(path, name, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(join(path, name), text, { mode: 0o600, flag: "wx" });
    },
    removeIfEmpty() {
      if (readdirSync(path).length === 0) rmdirSync(path);
    },
  };
}
