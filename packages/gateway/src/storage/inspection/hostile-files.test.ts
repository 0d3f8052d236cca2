// Tests that no file costs its reader more than a few reads per piece, whatever it holds, and that what is read from it
// can be stored.

import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { inspectReference } from "../../references/inspect.ts";
import { hostileFiles } from "../../testing/hostile-files.ts";
import { wholeFiles } from "../../testing/reference-samples.ts";
import { readMedia } from "../media.ts";
import { maxStoredInteger } from "./bounds.ts";
import { FileReader, TooMuchWork, fileSource, pieceBytes } from "./file-reader.ts";
import type { ByteSource } from "./file-reader.ts";
import { isWholeHeif } from "./containers.ts";
import { readMp4 } from "./mp4.ts";
import { readGif, readJpeg, readPng, readWebp } from "./pictures.ts";
import { readMp3, readWav } from "./sounds.ts";

const fileBytes = 3 * 1024 * 1024;
const readers = { readPng, readJpeg, readWebp, readGif, readMp4, readWav, readMp3, isWholeHeif };
// The header, the tail, an EXIF block, a second pass backwards.
const fixedReads = 8;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-hostile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function countingSource(bytes: Uint8Array): ByteSource & { reads: number } {
  const source = {
    size: bytes.length,
    reads: 0,
    read(buffer: Buffer, at: number) {
      source.reads += 1;
      return Promise.resolve(Buffer.from(bytes).copy(buffer, 0, at));
    },
  };
  return source;
}

async function readsOf(bytes: Uint8Array, read: (reader: FileReader) => Promise<unknown>) {
  const source = countingSource(bytes);
  await read(new FileReader(source)).catch((error: unknown) => {
    if (!(error instanceof TooMuchWork)) throw error;
  });
  return source.reads;
}

const maxReads = (size: number): number => 2 * Math.ceil(size / pieceBytes) + fixedReads;

describe("a file made to hurt", () => {
  const files = Object.entries(hostileFiles(fileBytes));

  test("is one of forty", () => expect(files.length).toBeGreaterThanOrEqual(40));

  test.each(files)("costs few reads and less than a second of CPU: %s", async (_name, bytes) => {
    const path = join(folder, "file");
    await writeFile(path, bytes);
    const before = process.cpuUsage();
    const media = await inspectReference(path).catch((error: unknown) => error);
    const file = await open(path, "r");
    const result = await readMedia(await fileSource(file)).finally(() => file.close());
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
    if (media instanceof Error) expect(media).toBeInstanceOf(JimengError);
    for (const value of [...Object.values(media as object), ...Object.values(result ?? {})]) {
      if (typeof value === "number") expect(value).toBeLessThanOrEqual(maxStoredInteger);
    }
    for (const read of Object.values(readers)) {
      expect(await readsOf(bytes, read)).toBeLessThanOrEqual(maxReads(bytes.length));
    }
  });

  test("is read no further once its sender is gone", async () => {
    const sender = new AbortController();
    const source = countingSource(Buffer.alloc(fileBytes, 0xff));
    const reader = new FileReader(
      {
        size: source.size,
        read: (buffer, at) => {
          if (source.reads === 3) sender.abort(new Error("gone"));
          return source.read(buffer, at);
        },
      },
      sender.signal,
    );
    await expect(readJpeg(reader)).rejects.toThrow("gone");
    expect(source.reads).toBe(4);
  });

  test("is given up when it has more parts than any honest file", async () => {
    const bytes = Buffer.alloc(8 * 300_000, Buffer.from("\0\0\0\x08free", "latin1"));
    await expect(readMp4(new FileReader(countingSource(bytes)))).rejects.toThrow(TooMuchWork);
  });
});

describe("any file", () => {
  const samples = Object.values(wholeFiles).map(({ bytes }) => Buffer.from(bytes));

  test("never costs more than a few reads a piece, nor yields a number that cannot be stored", async () => {
    const part = fc.oneof(
      fc.constantFrom(...samples),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 16 }), fc.integer({ min: 1, max: 20_000 }))
        .map(([unit, times]) => Buffer.alloc(unit.length * times, unit)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.nat(200),
        fc.array(part, { maxLength: 4 }),
        fc.constantFrom(...Object.values(readers)),
        async (head, cut, parts, read) => {
          const bytes = Buffer.concat([head.subarray(0, cut), ...parts]);
          expect(await readsOf(bytes, read)).toBeLessThanOrEqual(maxReads(bytes.length));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what phones make", () => {
  test("a JPEG that EXIF turns by a quarter has the size that viewers show", async () => {
    const plain = Buffer.from(wholeFiles.jpeg.bytes);
    const tiff = Buffer.from(
      "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
      "latin1",
    );
    const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(body.length + 2);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1]), length, body]);
    const turned = Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]);
    const { size } = await readJpeg(new FileReader(countingSource(plain)));
    expect(await readJpeg(new FileReader(countingSource(turned)))).toEqual({
      size: { width: size?.height, height: size?.width },
      isWhole: true,
    });
  });

  test("a JPEG whose frame stands behind a megabyte of metadata is known", async () => {
    const plain = Buffer.from(wholeFiles.jpeg.bytes);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(0xfffd, 7)]);
    const bytes = Buffer.concat([
      plain.subarray(0, 2),
      ...Array<Buffer>(20).fill(segment),
      plain.subarray(2),
    ]);
    const report = await readJpeg(new FileReader(countingSource(bytes)));
    expect(report).toEqual(await readJpeg(new FileReader(countingSource(plain))));
  });

  test("an MP4 whose matrix turns it by a quarter has the size that players show", async () => {
    const bytes = Buffer.from(wholeFiles.mp4.bytes);
    // The matrix of the second track: a = d = 0, b = 1, c = -1.
    const matrixAt = bytes.lastIndexOf("tkhd") + 4 + 40;
    bytes.writeInt32BE(0x1_0000, matrixAt + 4);
    bytes.writeInt32BE(-0x1_0000, matrixAt + 12);
    const { facts } = await readMp4(new FileReader(countingSource(bytes)));
    expect(facts).toMatchObject({ width: 720, height: 1280 });
  });
});
