// Whole reference files of every format, and the ways in which they are broken. Imported by tests only.

import { crc32 } from "node:zlib";

import { gif, jpeg, mp4, png, webp } from "./media-samples.ts";

function chunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const content = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** Makes a whole MP4 file of about so many bytes: a box that readers skip follows the video. */
export function largeMp4(bytes: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + bytes);
  head.write("free", 4, "latin1");
  return Buffer.concat([mp4(), head, Buffer.alloc(bytes)]);
}

/** Makes a PNG with its end; `bytes` is how much picture data stands in it. */
export function wholePng(width = 640, height = 480, bytes = 64): Buffer {
  return Buffer.concat([
    png(width, height),
    chunk("IDAT", Buffer.alloc(bytes, 7)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Makes a JPEG with a scan and its end. */
export function wholeJpeg(width = 640, height = 480, bytes = 200): Buffer {
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0]);
  const end = Buffer.from([0xff, 0xd9]);
  return Buffer.concat([jpeg(width, height).subarray(0, -2), scan, Buffer.alloc(bytes, 0x55), end]);
}

/** Makes a GIF with its trailer. */
export function wholeGif(width = 64, height = 48): Buffer {
  return Buffer.concat([gif(width, height), Buffer.from([0x3b])]);
}

/** Makes a WAV of silence. */
export function wav(durationMs = 1500): Buffer {
  const bytesPerSecond = 8000;
  const data = Buffer.alloc(Math.round((durationMs / 1000) * bytesPerSecond), 128);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(bytesPerSecond, 24);
  head.writeUInt32LE(bytesPerSecond, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** Makes one second of MP3 at 128 kilobits behind an empty ID3 tag. */
export function mp3(): Buffer {
  const tag = Buffer.from("ID3\x03\x00\x00\x00\x00\x00\x00", "latin1");
  return Buffer.concat([tag, Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(15_996)]);
}

/** Makes an MP4 with this brand, such as `M4A ` or `qt  `. */
export function mp4WithBrand(brand: string): Buffer {
  const file = mp4();
  file.write(brand, 8, "latin1");
  return file;
}

/** Whole files by format, with what they are. */
export const wholeFiles = {
  png: { bytes: wholePng(), kind: "image", contentType: "image/png" },
  jpeg: { bytes: wholeJpeg(), kind: "image", contentType: "image/jpeg" },
  webp: { bytes: webp(640, 480), kind: "image", contentType: "image/webp" },
  gif: { bytes: wholeGif(), kind: "image", contentType: "image/gif" },
  mp4: { bytes: mp4(), kind: "video", contentType: "video/mp4" },
  mov: { bytes: mp4WithBrand("qt  "), kind: "video", contentType: "video/quicktime" },
  wav: { bytes: wav(), kind: "audio", contentType: "audio/wav" },
  mp3: { bytes: mp3(), kind: "audio", contentType: "audio/mpeg" },
} as const;
