// Pictures of noise, of the size that a measurement wants.
import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** Makes a PNG of noise, three bytes a pixel: each one's bytes are new to the gateway. */
export function randomPicture(side: number): Blob {
  return toPng(side, randomBytes((side * 3 + 1) * side), 0);
}

const noiseMask = 7;
const compressionLevel = 3;

/** Makes a PNG that takes as long to decode as a drawn one: slow gradients with a little noise. */
export function gradientPicture(side: number): Blob {
  const row = side * 3 + 1;
  const pixels = randomBytes(row * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = y * row + 1 + x * 3;
      pixels[at] = (x >> 4) + ((pixels[at] ?? 0) & noiseMask);
      pixels[at + 1] = (y >> 4) + ((pixels[at + 1] ?? 0) & noiseMask);
      pixels[at + 2] = ((x + y) >> 5) + ((pixels[at + 2] ?? 0) & noiseMask);
    }
  }
  return toPng(side, pixels, compressionLevel);
}

/** Makes a PNG of rows that each begin with a byte for their filter. */
function toPng(side: number, pixels: Buffer, level: number): Blob {
  const row = side * 3;
  // The filter of each row: none.
  for (let at = 0; at < pixels.length; at += row + 1) pixels[at] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(pixels, { level }))];
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const file = Buffer.concat([signature, ...chunks, chunk("IEND", Buffer.alloc(0))]);
  return new Blob([file], { type: "image/png" });
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, sum]);
}
