// Tests that a received file reads as it was sent, before and after it is closed.

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { IncomingFile } from "./incoming-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-incoming-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("what was received in any pieces is read at any place as it was sent", async () => {
  const pieces = fc.array(fc.nat(90_000), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(300_000), fc.nat(70_000), async (sizes, at, length) => {
      const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1));
      const path = join(folder, "file");
      const file = await IncomingFile.open(path);
      for (const piece of sent) await file.write(piece);
      await file.sync();
      const whole = Buffer.concat(sent);
      const source = file.source();
      expect([file.bytes, source.size]).toEqual([whole.length, whole.length]);
      const buffer = Buffer.alloc(length);
      const count = await source.read(buffer, at);
      expect(buffer.subarray(0, count).equals(whole.subarray(at, at + length))).toBe(true);
      await file.close();
      expect((await readFile(path)).equals(whole)).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await rm(path);
    }),
    { numRuns: 60 },
  );
});

test("a file that is there already is not written into", async () => {
  const path = join(folder, "taken");
  const first = await IncomingFile.open(path);
  await expect(IncomingFile.open(path)).rejects.toThrow("EEXIST");
  await first.close();
});
