// Tests that files which are read with few buffers come as they are, however slowly they are taken.

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { ReusingStream } from "./reusing-stream.ts";

const mebibyte = 1024 * 1024;
const bytes = randomBytes(9 * mebibyte + 7);
const range = { start: 5, end: bytes.length - 3 };
const wanted = hashOf(bytes.subarray(range.start, range.end + 1));

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-stream-"));
  file = join(folder, "file");
  await writeFile(file, bytes);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function hashOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Reads an answer with a rest after each piece. */
async function readSlowly(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) {
    pieces.push(piece as Buffer);
    for (let index = 0; index < 5; index++) await turn();
  }
  return Buffer.concat(pieces);
}

test("a response gets every byte, by a fast reader and by slow ones", async () => {
  const server = createServer((_request, response) => {
    void open(file, "r").then((handle) =>
      new ReusingStream(handle, range, response).pipe(response),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const slow = () =>
    new Promise<Buffer>((resolve, reject) => {
      get(url, (answer) => void readSlowly(answer).then(resolve, reject)).on("error", reject);
    });
  const fast = async () => Buffer.from(await (await fetch(url)).arrayBuffer());
  const answers = await Promise.all([slow(), fast(), slow()]);
  expect(answers.map(hashOf)).toEqual([wanted, wanted, wanted]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("a buffer is not used again while its piece is still on its way", async () => {
  const stuck = { writableLength: Infinity };
  const stream = new ReusingStream(await open(file, "r"), range, stuck);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  expect(hashOf(Buffer.concat(pieces))).toBe(wanted);
});

test("a reader that leaves closes the file", async () => {
  const handle = await open(file, "r");
  const stream = new ReusingStream(handle, range, { writableLength: 0 });
  for await (const _piece of stream) break;
  expect(stream.destroyed).toBe(true);
  await expect.poll(() => handle.fd).toBe(-1);
});
