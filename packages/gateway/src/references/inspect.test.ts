// Tests that complete files are recognized, and that files cut at any place are refused.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { JimengError } from "@jimeng/sdk";
import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { inspectReference, kindOf } from "./inspect.ts";
import { mp4WithBrand, wholeFiles, wholePng } from "../testing/reference-samples.ts";

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-media-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inspect(bytes: Uint8Array) {
  const path = join(folder, String(count++));
  await writeFile(path, bytes);
  return inspectReference(path);
}

const formats = Object.entries(wholeFiles);

describe("a whole file", () => {
  it.each(formats)("of the format %s is known", async (_format, { bytes, kind, contentType }) => {
    expect(await inspect(bytes)).toMatchObject({ kind, contentType });
    expect(kindOf(bytes.subarray(0, 16))).toBe(kind);
  });

  it("tells size and duration", async () => {
    expect(await inspect(wholeFiles.png.bytes)).toMatchObject({ width: 640, height: 480 });
    const video = { width: 1280, height: 720, durationMs: 5042 };
    expect(await inspect(wholeFiles.mp4.bytes)).toMatchObject(video);
    expect(await inspect(wholeFiles.wav.bytes)).toMatchObject({ durationMs: 1500 });
    expect(await inspect(wholeFiles.mp3.bytes)).toMatchObject({ durationMs: 1000 });
  });

  it("from a real encoder is known, and with bytes behind its end too", async () => {
    const canvas = createCanvas(300, 200);
    canvas.getContext("2d").fillRect(20, 20, 100, 100);
    for (const type of ["image/png", "image/jpeg", "image/webp"] as const) {
      const bytes = canvas.toBuffer(type as "image/png");
      expect(await inspect(bytes)).toMatchObject({ contentType: type, width: 300, height: 200 });
      const longer = Buffer.concat([bytes, Buffer.from("a camera's own data")]);
      expect(await inspect(longer)).toMatchObject({ contentType: type });
    }
  });
});

describe("a broken file", () => {
  const reasonOf = (bytes: Uint8Array) =>
    inspect(bytes).then(
      () => "none",
      (error: { code: string; detail: { reason: string; charged: string } }) => {
        expect(error.code).toBe("reference_unusable");
        expect(error.detail.charged).toBe("no");
        return error.detail.reason;
      },
    );

  it("is refused with its reason", async () => {
    expect(await reasonOf(new Uint8Array())).toBe("empty");
    expect(await reasonOf(Buffer.from("<html>not found</html>"))).toBe("unsupported_type");
    expect(await reasonOf(Buffer.from("%PDF-1.7"))).toBe("unsupported_type");
    expect(await reasonOf(mp4WithBrand("heic"))).toBe("unsupported_type");
    expect(await reasonOf(mp4WithBrand("avif"))).toBe("unsupported_type");
  });

  it.each([
    ["HEIC", mp4WithBrand("heic"), "iPhone"],
    ["AVIF", mp4WithBrand("avif"), "avif"],
    ["BMP", Buffer.from("BM____________"), "bmp"],
    ["TIFF", Buffer.from("II*\0____________", "latin1"), "tiff"],
    ["SVG", Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), "PNG"],
    ["web page", Buffer.from("<!DOCTYPE html><html></html>"), "address of the picture"],
    ["WebM", Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0, 0]), "ffmpeg"],
  ])("of another format is refused by its name with the way out: %s", async (name, bytes, fix) => {
    const error = (await inspect(bytes).catch((cause: unknown) => cause)) as JimengError;
    expect(error.message).toContain(name);
    expect(error.detail).toMatchObject({ reason: "unsupported_type", charged: "no" });
    expect(error.detail.fix).toContain(fix);
  });

  it.each(formats.filter(([format]) => format !== "mp3"))(
    "of the format %s is refused wherever it is cut",
    async (_format, { bytes }) => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (length) => {
          expect(["truncated", "unsupported_type"]).toContain(
            await reasonOf(bytes.subarray(0, length)),
          );
        }),
        { numRuns: 60 },
      );
    },
  );

  it("that is a video cut just before its media data is refused", async () => {
    const { bytes } = wholeFiles.mp4;
    const media = Buffer.from(bytes).indexOf("mdat") - 4;
    expect(await reasonOf(bytes.subarray(0, media))).toBe("truncated");
  });

  it("that is large is refused too when its end is missing", async () => {
    expect(await reasonOf(wholePng(640, 480, 3_000_000).subarray(0, -6))).toBe("truncated");
    const canvas = createCanvas(900, 900);
    const context = canvas.getContext("2d");
    for (let index = 0; index < 4000; index++) {
      context.fillStyle = `hsl(${(index * 37) % 360} 80% 50%)`;
      context.fillRect((index * 131) % 900, (index * 71) % 900, 9, 7);
    }
    const photo = canvas.toBuffer("image/jpeg", 100);
    expect(photo.length).toBeGreaterThan(130_000);
    expect(await reasonOf(photo)).toBe("none");
    expect(await reasonOf(photo.subarray(0, -2))).toBe("truncated");
    expect(await reasonOf(photo.subarray(0, 70_000))).toBe("truncated");
  });
});
