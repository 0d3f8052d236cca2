// Tests reading what a file is from its bytes.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { IncomingFile } from "./incoming-file.ts";
import type { ByteSource } from "./inspection/file-reader.ts";
import { readDamagedMedia, readMedia, sniff } from "./media.ts";
import { avif, bmp, mp4, webp } from "../testing/media-samples.ts";
import {
  wholeGif as gif,
  wholeJpeg as jpeg,
  wholePng as png,
  mp3,
  wav,
} from "../testing/reference-samples.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-media-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function withSource<T>(
  bytes: Uint8Array,
  work: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const path = join(folder, "file");
  const file = await IncomingFile.open(path);
  try {
    await file.write(bytes);
    await file.sync();
    return await work(file.source());
  } finally {
    await file.close();
    await rm(path);
  }
}

const read = (bytes: Uint8Array) => withSource(bytes, readMedia);

describe("what a file is", () => {
  test.each([
    ["PNG", png(640, 360), { contentType: "image/png", width: 640, height: 360, durationMs: null }],
    [
      "JPEG",
      jpeg(1024, 768),
      { contentType: "image/jpeg", width: 1024, height: 768, durationMs: null },
    ],
    [
      "WebP",
      webp(2048, 1152),
      { contentType: "image/webp", width: 2048, height: 1152, durationMs: null },
    ],
    ["GIF", gif(32, 16), { contentType: "image/gif", width: 32, height: 16, durationMs: null }],
    ["MP4", mp4(), { contentType: "video/mp4", width: 1280, height: 720, durationMs: 5042 }],
    [
      "AVIF",
      avif(800, 600),
      { contentType: "image/avif", width: 800, height: 600, durationMs: null },
    ],
    [
      "HEIC",
      avif(800, 600, "heic"),
      { contentType: "image/heic", width: 800, height: 600, durationMs: null },
    ],
    ["BMP", bmp(9, 7), { contentType: "image/bmp", width: 9, height: 7, durationMs: null }],
    [
      "HEIC whose size cannot be read",
      avif(800, 600, "heim"),
      { contentType: "image/heic", width: null, height: null, durationMs: null },
    ],
    ["MP3", mp3(), { contentType: "audio/mpeg", width: null, height: null, durationMs: 1000 }],
    ["WAV", wav(1500), { contentType: "audio/wav", width: null, height: null, durationMs: 1500 }],
    [
      "MP4 with its index behind the media, 64-bit",
      mp4({ wide: true, moovLast: true }),
      { contentType: "video/mp4", width: 1280, height: 720, durationMs: 5042 },
    ],
  ])("is read from its bytes: %s", async (_name, bytes, expected) => {
    expect(await read(bytes)).toEqual(expected);
  });

  test("is told apart from HTML, SVG, text, a PDF, a tag without a sound and an empty file", async () => {
    for (const text of [
      "<html>403</html>",
      "<svg xmlns='http://www.w3.org/2000/svg'/>",
      "plain",
      "%PDF-1.7",
      "ID3 sound",
    ]) {
      expect(await read(Buffer.from(text))).toBe("not_media");
    }
    expect(await read(Buffer.from(""))).toBe("empty");
  });

  test.each([
    ["PNG", png(64, 48)],
    ["JPEG", jpeg(64, 48)],
    ["WebP", webp(64, 48)],
    ["GIF", gif(64, 48)],
    ["AVIF", avif(64, 48)],
    ["BMP", bmp(64, 48)],
    ["MP4", mp4()],
    ["WAV", wav()],
    ["MP4 with its index behind the media", mp4({ moovLast: true })],
  ])("is truncated when its end is missing: %s", async (_name, bytes) => {
    for (const part of [0.4, 0.7, 0.9]) {
      expect(await read(bytes.subarray(0, bytes.length * part))).toBe("truncated");
    }
    expect(await read(bytes.subarray(0, -1))).toBe("truncated");
  });

  test("never throws, whatever the bytes are", async () => {
    const heads = fc.constantFrom(
      png(1, 1),
      jpeg(1, 1),
      webp(1, 1),
      gif(1, 1),
      mp4(),
      mp3(),
      wav(),
    );
    await fc.assert(
      fc.asyncProperty(
        heads,
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(64),
        async (head, tail, at) => {
          const bytes = Buffer.concat([head.subarray(0, at), tail]);
          expect(["string", "undefined"]).toContain(typeof sniff(bytes));
          await read(bytes);
          const damaged = await withSource(bytes, readDamagedMedia);
          expect(damaged?.contentType).toBe(sniff(bytes));
        },
      ),
      { numRuns: 200 },
    );
  });
});
