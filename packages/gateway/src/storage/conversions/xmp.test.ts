// Tests that facts are written into pictures which stay what they were.

import sharp from "sharp";
import { describe, expect, test } from "vitest";

import type { PictureFormat } from "../../api/words/picture-formats.ts";
import { embedXmp, spliceHeadBytes, toXmp } from "./xmp.ts";

const facts = {
  description: '一只猫 & "a <lighthouse>"\u0000',
  createdAt: "2026-11-29T10:00:00.000Z",
  more: { model: "jimeng-4.0", seed: 42, tool: null },
};

const picture = (channels: 3 | 4 = 3) => {
  const background = { r: 51, g: 102, b: 153, alpha: 0.5 };
  return sharp({ create: { width: 31, height: 17, channels, background } });
};

function embed(format: PictureFormat, file: Buffer, xmp: string): Buffer | undefined {
  const spliced = embedXmp(format, file.subarray(0, spliceHeadBytes), file.length, xmp);
  if (spliced === undefined) return undefined;
  return Buffer.concat([spliced.head, file.subarray(spliced.from), spliced.tail]);
}

const files: [string, PictureFormat, () => Promise<Buffer>][] = [
  ["a PNG", "png", () => picture(4).png().toBuffer()],
  ["a JPEG", "jpeg", () => picture().jpeg().toBuffer()],
  ["a lossy WebP", "webp", () => picture().webp().toBuffer()],
  ["a lossless WebP", "webp", () => picture(4).webp({ lossless: true }).toBuffer()],
  ["a WebP with an alpha channel of its own", "webp", () => picture(4).webp().toBuffer()],
];

describe("facts in a picture", () => {
  test.each(files)("are read out of %s, whose pixels are the same", async (_name, format, make) => {
    const file = await make();
    const xmp = toXmp(facts);
    const marked = embed(format, file, xmp);
    const metadata = await sharp(marked).metadata();
    expect(metadata.xmp?.toString()).toBe(xmp);
    expect({ ...metadata, xmp: undefined, xmpAsString: undefined }).toMatchObject({
      format,
      width: 31,
      height: 17,
    });
    const pixels = (bytes: Buffer | undefined) => sharp(bytes).raw().toBuffer();
    expect(await pixels(marked)).toEqual(await pixels(file));
  });

  test("are well-formed XML with nothing that cannot be written in it", () => {
    const xmp = toXmp(facts);
    expect(xmp).toContain("一只猫 &amp; &quot;a &lt;lighthouse&gt;&quot;</rdf:li>");
    expect(xmp).toContain("<jimeng:seed>42</jimeng:seed>");
    expect(xmp).not.toContain("tool");
  });

  test("have no place in a JPEG where they are longer than 64 KB, nor in a damaged file", async () => {
    const long = toXmp({ ...facts, description: "猫".repeat(30_000) });
    expect(embed("jpeg", await picture().jpeg().toBuffer(), long)).toBeUndefined();
    for (const format of ["png", "jpeg", "webp"] as const)
      expect(embed(format, Buffer.alloc(3), "x")).toBeUndefined();
  });
});
