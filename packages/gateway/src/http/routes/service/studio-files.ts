// The files of the built studio, as they are sent: each in its plain form and in the two compressed ones that the build
// left beside it.

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

import { toEtag } from "../../static-answer.ts";
import type { Encoding } from "../../static-answer.ts";

/** One file of the studio. */
export interface StudioFile {
  contentType: string;
  etag: string;
  plain: Buffer;
  /** The same bytes compressed; a small or incompressible file has none. */
  compressed: ReadonlyMap<Encoding, Buffer>;
}

/** Reads the files of the studio. */
export interface StudioFiles {
  /** Returns a file below the folder `studio` of the build; undefined for one that is not there. */
  read(name: string): Promise<StudioFile | undefined>;
  /** Returns the text of the page. */
  readPage(): Promise<string>;
}

const endings: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz" };

const contentTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Opens the folder of a build. The files are read with the first request, so that a start does not wait for them. */
export function openStudio(folder: string): StudioFiles {
  let reading: Promise<Map<string, StudioFile>> | undefined;
  let page: Promise<string> | undefined;
  return {
    // What was read stays: a build that replaces the files while this gateway runs is for the next one.
    async read(name) {
      return (await (reading ??= readFiles(path.join(folder, "studio")))).get(name);
    },
    async readPage() {
      reading ??= readFiles(path.join(folder, "studio"));
      return await (page ??= readFile(path.join(folder, "index.html"), "utf8"));
    },
  };
}

async function readFiles(folder: string): Promise<Map<string, StudioFile>> {
  const names = new Set(await readdir(folder));
  const found = [...names].filter((name) => path.extname(name) in contentTypes);
  const files = found.map(async (name) => {
    const read = (ending: string) => readFile(path.join(folder, `${name}${ending}`));
    const compressed = new Map<Encoding, Buffer>();
    for (const encoding of ["br", "gzip"] as const) {
      const ending = endings[encoding];
      if (names.has(`${name}${ending}`)) compressed.set(encoding, await read(ending));
    }
    const plain = await read("");
    const contentType = contentTypes[path.extname(name)] ?? "application/octet-stream";
    return [name, { contentType, etag: toEtag(plain), plain, compressed }] as const;
  });
  return new Map(await Promise.all(files));
}
