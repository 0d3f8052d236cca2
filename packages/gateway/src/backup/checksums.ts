// The list of the stored files of a backup with their SHA-256, in the form that `sha256sum --check` reads.

import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";

/** Name of the list in a part of a backup. */
export const checksumsFile = "files.sha256";

const fileMode = 0o600;
// Keys are made of ids and digests: nothing that leads out of a folder has this form.
const linePattern = /^([0-9a-f]{64}) {2}((?:assets|files)\/[0-9a-z]{1,8}\/[0-9a-zA-Z_][\w.-]*)$/;

/** Writes the list, a line for each file. */
export class ChecksumWriter {
  readonly #stream: WriteStream;

  constructor(folder: string) {
    this.#stream = createWriteStream(join(folder, checksumsFile), {
      flags: "wx",
      mode: fileMode,
      flush: true,
    });
  }

  async add(sha256: string, key: string): Promise<void> {
    if (!this.#stream.write(`${sha256}  ${key}\n`)) await once(this.#stream, "drain");
  }

  async finish(): Promise<void> {
    this.#stream.end();
    await once(this.#stream, "close");
  }
}

/** Reads the list; undefined stands for a line that is none of ours. */
export async function* readChecksums(
  folder: string,
): AsyncGenerator<{ sha256: string; key: string } | undefined> {
  const file = await open(join(folder, checksumsFile), "r");
  try {
    for await (const line of file.readLines()) {
      const [, sha256, key] = linePattern.exec(line) ?? [];
      yield sha256 === undefined || key === undefined ? undefined : { sha256, key };
    }
  } finally {
    await file.close();
  }
}
