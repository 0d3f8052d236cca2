// Files made to cost their reader as much as possible, one generator per weakness of a format.

import { gif, jpeg, mp4, png, webp } from "./media-samples.ts";
import { wav } from "./reference-samples.ts";

function repeated(unit: Buffer, bytes: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes / unit.length) * unit.length, unit);
}

function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

const ftyp = box("ftyp", Buffer.from("isom\0\0\0\0isom", "latin1"));
const emptyBox = box("free", Buffer.alloc(0));
const pngChunk = Buffer.from("\0\0\0\0aBCd\0\0\0\0", "latin1");
const jpegComment = Buffer.from([0xff, 0xfe, 0, 2]);
const jpegExif = Buffer.concat([
  Buffer.from([0xff, 0xe1, 0xff, 0xff]),
  Buffer.from("Exif\0\0II*\0\x08\0\0\0\xff\xff", "latin1"),
  Buffer.alloc(0xfffd - 16),
]);

function movieHeader(timescale: number, duration: bigint): Buffer {
  const body = Buffer.alloc(32);
  body[0] = 1;
  body.writeUInt32BE(timescale, 20);
  body.writeBigUInt64BE(duration, 24);
  return body;
}

/** Makes the file of every weakness, about `bytes` long where its length is what hurts. */
export function hostileFiles(bytes: number): Record<string, Buffer> {
  const jpegStart = jpeg(16, 16).subarray(0, 2);
  const endless = Buffer.alloc(16);
  endless.writeUInt32BE(1);
  endless.write("moov", 4, "latin1");
  endless.writeBigUInt64BE(2n ** 63n, 8);
  return {
    "JPEG of fill bytes": Buffer.concat([jpegStart, Buffer.alloc(bytes, 0xff)]),
    "JPEG of fill bytes, then a frame": Buffer.concat([
      jpegStart,
      Buffer.alloc(bytes, 0xff),
      jpeg(9, 9),
    ]),
    "JPEG of empty comments": Buffer.concat([jpegStart, repeated(jpegComment, bytes)]),
    "JPEG of large EXIF directories": Buffer.concat([jpegStart, repeated(jpegExif, bytes)]),
    "JPEG of segments without a length": Buffer.concat([
      jpegStart,
      repeated(Buffer.from([0xff, 0xe2, 0, 0]), bytes),
    ]),
    "JPEG with a scan and no end": Buffer.concat([
      jpeg(16, 16).subarray(0, -2),
      Buffer.from([0xff, 0xda, 0, 2]),
      Buffer.alloc(bytes, 0x55),
    ]),
    "JPEG with a scan of FF": Buffer.concat([
      jpeg(16, 16).subarray(0, -2),
      Buffer.from([0xff, 0xda, 0, 2]),
      Buffer.alloc(bytes, 0xff),
    ]),
    "PNG of empty chunks": Buffer.concat([png(16, 16), repeated(pngChunk, bytes)]),
    "PNG with a chunk of 4 GiB": Buffer.concat([
      png(16, 16),
      Buffer.from("\xff\xff\xff\xffIDAT", "latin1"),
    ]),
    "PNG of 2^31 pixels": png(0x7fff_ffff, 0x7fff_ffff),
    "WebP that claims 4 GiB": Buffer.concat([
      Buffer.from("RIFF\xff\xff\xff\xffWEBP", "latin1"),
      Buffer.alloc(bytes),
    ]),
    "WebP with bytes behind": Buffer.concat([webp(16, 16), Buffer.alloc(bytes)]),
    "GIF of trailers": Buffer.concat([gif(16, 16), Buffer.alloc(bytes, 0x3b)]),
    "GIF of zeros": Buffer.concat([gif(16, 16), Buffer.alloc(bytes)]),
    "MP4 of empty boxes": Buffer.concat([ftyp, repeated(emptyBox, bytes)]),
    "MP4 with a moov of empty boxes": Buffer.concat([ftyp, box("moov", repeated(emptyBox, bytes))]),
    "MP4 with a moov of empty tracks": Buffer.concat([
      ftyp,
      box("moov", repeated(box("trak", emptyBox), bytes)),
    ]),
    "MP4 with a track of empty boxes": Buffer.concat([
      ftyp,
      box("moov", box("trak", repeated(emptyBox, bytes))),
    ]),
    "MP4 with a large moov": Buffer.concat([ftyp, box("moov", box("udta", Buffer.alloc(bytes)))]),
    "MP4 with many moovs": Buffer.concat([ftyp, repeated(box("moov", emptyBox), bytes)]),
    "MP4 that is longer than any file": Buffer.concat([ftyp, endless]),
    "MP4 with a box of no size": Buffer.concat([ftyp, Buffer.alloc(8)]),
    "MP4 with a box of size 1 and no size": Buffer.concat([
      ftyp,
      Buffer.from("\0\0\0\x01moov", "latin1"),
    ]),
    "MP4 of 2^52 time units": Buffer.concat([
      ftyp,
      box("moov", box("mvhd", movieHeader(1, 2n ** 52n))),
      box("mdat", Buffer.alloc(8)),
    ]),
    "MP4 of 2^64 - 1 time units": Buffer.concat([
      ftyp,
      box("moov", box("mvhd", movieHeader(1, 2n ** 64n - 1n))),
      box("mdat", Buffer.alloc(8)),
    ]),
    "MP4 without a timescale": Buffer.concat([
      ftyp,
      box("moov", box("mvhd", movieHeader(0, 5n))),
      box("mdat", Buffer.alloc(8)),
    ]),
    "MP4 with 64-bit sizes everywhere": mp4({ wide: true, moovLast: true }),
    "MOV of empty boxes": Buffer.concat([
      box("ftyp", Buffer.from("qt  ")),
      repeated(emptyBox, bytes),
    ]),
    "M4A of empty boxes": Buffer.concat([
      box("ftyp", Buffer.from("M4A ")),
      repeated(emptyBox, bytes),
    ]),
    "WAV of empty chunks": Buffer.concat([
      Buffer.from("RIFF\0\0\0\0WAVE", "latin1"),
      repeated(Buffer.from("LIST\0\0\0\0", "latin1"), bytes),
    ]),
    "WAV of formats": Buffer.concat([
      Buffer.from("RIFF\0\0\0\0WAVE", "latin1"),
      repeated(Buffer.from("fmt \x10\0\0\0".padEnd(24, "\0"), "latin1"), bytes),
    ]),
    "WAV of one byte a second": (() => {
      const file = wav(1000);
      file.writeUInt32LE(1, 28);
      return file;
    })(),
    "MP3 with a tag of 256 MiB": Buffer.concat([
      Buffer.from("ID3\x03\0\0\x7f\x7f\x7f\x7f", "latin1"),
      Buffer.alloc(bytes),
    ]),
    "MP3 of 8 kilobits": Buffer.concat([Buffer.from([0xff, 0xf3, 0x10, 0]), Buffer.alloc(bytes)]),
    "MP3 of frame marks": Buffer.alloc(bytes, Buffer.from([0xff, 0xfb])),
    "AVIF of empty boxes": Buffer.concat([
      box("ftyp", Buffer.from("avif")),
      repeated(emptyBox, bytes),
    ]),
    "HEIC of nested boxes": Buffer.concat([
      box("ftyp", Buffer.from("heic")),
      box("meta", repeated(box("iprp", box("ipco", emptyBox)), bytes)),
    ]),
    "SVG of open tags": Buffer.concat([Buffer.from("<svg "), Buffer.alloc(bytes, "<a ")]),
    "TIFF of directories": Buffer.concat([
      Buffer.from("II*\0\x08\0\0\0", "latin1"),
      Buffer.alloc(bytes, 1),
    ]),
    "WebM of zeros": Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(bytes)]),
    "JPEG XL of boxes": Buffer.concat([
      Buffer.from("\0\0\0\x0cJXL \r\n\x87\n", "latin1"),
      repeated(emptyBox, bytes),
    ]),
  };
}
